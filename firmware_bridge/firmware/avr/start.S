/* Before main: outputs driven low, and a watchdog that a reset left running switched off. */
#define __SFR_OFFSET 0x20 /* addresses for sts, which reaches every register */
#include <avr/io.h>

#include "pins.h"

/* Before stack and zero register exist. PORT is zero after every reset, so the pins go from floating (held by their
 * pull-downs) to driven low. */
.section .init1, "ax", @progbits
#define DRIVE(ddr, mask) ldi r16, mask $ sts ddr, r16 $
    FOR_EACH_OUTPUT_PORT(DRIVE)

/* After a watchdog reset the watchdog runs on at its shortest time, 16 ms, and clearing memory comes only after this. */
.section .init3, "ax", @progbits
    wdr
    lds r16, MCUSR
    sts start_cause, r16
    sts MCUSR, r1           ; its watchdog flag holds the watchdog on
    ldi r16, (1 << WDCE) | (1 << WDE)
    sts WDTCSR, r16
    sts WDTCSR, r1

.section .noinit, "aw", @nobits
.global start_cause
start_cause:
    .skip 1
