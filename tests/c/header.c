/* The header as C, alone and twice. */
#include <rdpcheck.h>
#include <rdpcheck.h>

int main(void)
{
    rdpcheck_options options = RDPCHECK_OPTIONS_INIT;
    return options.struct_size == sizeof(rdpcheck_options) ? 0 : 1;
}
