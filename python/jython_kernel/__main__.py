"""`python -m jython_kernel -f CONNECTION_FILE`: what Jupyter starts."""

from ipykernel.kernelapp import IPKernelApp

from jython_kernel.kernel import JythonKernel

IPKernelApp.launch_instance(kernel_class=JythonKernel)
