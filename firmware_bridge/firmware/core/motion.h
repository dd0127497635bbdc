/* Wheels: acceleration limit, PI velocity loops and encoder odometry. Speeds are mm/s or mrad/s in Q4 (times 16). */
#ifndef MOTION_H
#define MOTION_H

#include <stdbool.h>
#include <stdint.h>

struct wheel {
    int32_t ticks;    /* last encoder reading */
    int32_t speed;    /* measured in the last period, mm/s Q4 */
    int32_t setpoint; /* for the end of the running period, mm/s Q4 */
    int32_t expected; /* its mean over the running period, mm/s Q4 */
    int32_t integral; /* mm/s Q4 times ms */
    int16_t pwm;
    uint16_t stuck_ms; /* how long it has not turned as it was driven */
};

struct motion {
    struct wheel left, right;
    bool have_ticks;
    bool driving;            /* a setpoint is alive */
    int32_t v, w;            /* ramped setpoint, Q4 */
    int32_t seen_v, seen_w;  /* measured and smoothed, Q4 */
    float x_um, y_um;        /* below one micrometre: what the integers have not taken yet */
    int32_t x, y;            /* odometry, micrometres */
    uint32_t heading;        /* 2^32 per turn */
    uint32_t backed_um;      /* way gone backwards, for the limit on recovering ... */
    uint32_t asked_um;       /* ... and the way that the setpoint went */
};

/* Takes the encoders in: speeds and odometry. `dt_ms` since the last call, at least 1. */
void motion_measure(struct motion *motion, int32_t left_ticks, int32_t right_ticks, uint32_t dt_ms);

/* One period towards v, w (mm/s, mrad/s): ramps, wheel loops, PWM. */
void motion_drive(struct motion *motion, int16_t v_mm_s, int16_t w_mrad_s, uint32_t dt_ms);

/* Whether the last motion_drive found nothing left to do: setpoint and wheels at standstill, PWM at zero. */
bool motion_resting(const struct motion *motion);

/* Whether a wheel has been blocked, or its encoder dead or crossed, for STUCK_MS. */
bool motion_stuck(const struct motion *motion);

/* PWM to zero at once; the loops forget. */
void motion_halt(struct motion *motion);

/* Heading in microradians, -pi to pi. */
int32_t motion_yaw_urad(const struct motion *motion);

#endif
