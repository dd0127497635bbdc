/* Counting of quadrature edges, in assembly because at full speed there are 28800 a second: 38 to 44 cycles with one wheel to a
 * vector, 52 to 71 with both, and 8 to enter; 8 and 12 % of 16 MHz. A byte of the host has 1280 cycles before the next but one
 * overruns it, and every routine of the board one after another takes 450.
 *
 * The phase (0 to 3) of signals A, B is A ^ 3B modulo 4: 00, 10, 11, 01 forwards. The count's two low bits always hold it, so
 * the new phase minus the count, modulo 4, is the step: 1 forwards, 3 backwards, 0 a glitch that has gone again, and 2 an edge
 * that was missed, which is counted apart because its direction is unknown. */
#include <avr/io.h>

#include "pins.h"

/* r24 holds the port; r25 is free. `a` and `b` are bits; leaves r24 and r25 changed. */
.macro count_step a, b, count
    ldi r25, 0
    sbrc r24, \a
    ldi r25, 1
    sbrc r24, \b
    com r25                 ; 3 - phase, modulo 4, is phase ^ 3
    lds r24, \count
    sub r25, r24
    andi r25, 3
    breq 9f
    cpi r25, 2
    brlo 1f
    breq 2f
    subi r24, 1             ; backwards
    sts \count, r24
    brcc 9f
    lds r24, \count + 1
    subi r24, 1
    sts \count + 1, r24
    rjmp 9f
1:  subi r24, 0xFF          ; forwards: carry is set unless the byte went over
    sts \count, r24
    brcs 9f
    lds r24, \count + 1
    subi r24, 0xFF
    sts \count + 1, r24
    rjmp 9f
2:  lds r24, encoder_skips
    subi r24, 0xFF
    breq 3f
    sts encoder_skips, r24
3:  lds r24, \count         ; two steps: take the phase over, so that the next edge is judged rightly
    lds r25, \count + 1
    subi r24, 0xFE
    sbci r25, 0xFF
    sts \count + 1, r25
    sts \count, r24
9:
.endm

.macro enter
    push r24
    in r24, _SFR_IO_ADDR(SREG)
    push r24
    push r25
.endm

.macro leave
    pop r25
    pop r24
    out _SFR_IO_ADDR(SREG), r24
    pop r24
    reti
.endm

.section .text.encoder_isr, "ax", @progbits

#ifdef LEFT_A_PCINT /* one vector for the whole port */

.global PCINT2_vect
PCINT2_vect:
    enter
    in r24, _SFR_IO_ADDR(LEFT_A_PIN)
    push r24
    count_step LEFT_A_BIT, LEFT_B_BIT, encoder_left
    pop r24
    count_step RIGHT_A_BIT, RIGHT_B_BIT, encoder_right
    leave

#else

.global INT4_vect
.global INT5_vect
INT4_vect:
INT5_vect:
    enter
    in r24, _SFR_IO_ADDR(LEFT_A_PIN)
    count_step LEFT_A_BIT, LEFT_B_BIT, encoder_left
    leave

.global INT0_vect
.global INT1_vect
INT0_vect:
INT1_vect:
    enter
    in r24, _SFR_IO_ADDR(RIGHT_A_PIN)
    count_step RIGHT_A_BIT, RIGHT_B_BIT, encoder_right
    leave

#endif
