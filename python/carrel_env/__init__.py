"""Environments of people's own, in their homes: `carrel-env`. They last, unlike what is installed into the shared one."""
