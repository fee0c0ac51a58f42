// Made set-user-ID root by the tests: says whether that had an effect.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    const char *outcome = geteuid() == 0 ? "succeeded" : "refused";
    printf("{\"attack\": \"setuid\", \"outcome\": \"%s\", \"detail\": \"user %d\"}\n", outcome, geteuid());
}
