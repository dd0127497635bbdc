/* Vectors and start of a Cortex-M3: memory set up, then main; every fault is a reset, which leaves all outputs off. */
#include "chip.h"

extern uint32_t stack_top, data_from[], data_start[], data_end[], bss_start[], bss_end[]; /* from the linker script */

int main(void);
void reset(void);

static void fault(void)
{
    AIRCR = AIRCR_RESET;
    for (;;)
        ;
}

void reset(void)
{
    const uint32_t *from = data_from;
    for (uint32_t *to = data_start; to < data_end; to++)
        *to = *from++;
    for (uint32_t *to = bss_start; to < bss_end; to++)
        *to = 0;
    main();
}

/* NMI, the faults, and the exceptions that nobody enables. */
__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))&stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault,
};
