/* Wheels: acceleration limit, PI velocity loops and encoder odometry. */
#include "motion.h"

#include <math.h>

#include "messages.h"

#define Q4(x) ((int32_t)(x) * 16)
#define PWM_MAX 255
/* PI gains for a motor of about 60 ms time constant that reaches FULL_PWM_MM_S at 255: closed-loop poles near -7 and -36 /s, a
 * phase margin that one period of delay doesn't use up. Feed-forward alone brings an unloaded motor to its setpoint, and along
 * the ramp: the loop only makes up for friction, slope and battery, so nothing winds up and nothing overshoots. */
#define KP_DEN 16   /* 1 PWM per mm/s, which come in Q4 */
#define KI_NUM 15   /* 15 PWM per mm/s and second */
#define KI_DEN 16000
#define INTEGRAL_MAX ((int32_t)200 * KI_DEN / KI_NUM) /* never worth more than 200 PWM */
#define MOTOR_LAG_MS 60                       /* time constant of motor and gearbox */
#define STANDSTILL Q4(8)                      /* slower than this with a zero setpoint: let go */
#define STUCK_PWM 60                          /* an unloaded motor makes 90 mm/s of that */
#define STUCK_SPEED Q4(5)                     /* two ticks a period: what a disturbed line may show */
#define AGAINST_SPEED Q4(50)                  /* setpoint and wheel on different sides of zero by this much each */
#define LONGEST_STEP_MS 20                    /* a late loop must not turn into a jump of the setpoint */

static int32_t clamp(int32_t value, int32_t limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

static int32_t wheel_measure(struct wheel *wheel, int32_t ticks, uint32_t dt_ms)
{
    /* anything beyond 2 m at once, or 3.8 m/s, is a broken encoder, and is bounded before anything can overflow */
    int32_t delta = clamp((int32_t)((uint32_t)ticks - (uint32_t)wheel->ticks), 80000);
    wheel->ticks = ticks;
    wheel->speed = delta * UM_PER_TICK * 16 / (int32_t)dt_ms; /* um per ms is mm/s */
    wheel->speed = clamp(wheel->speed, Q4(3800)); /* turning as fast as that still fits into 16 bits of mrad/s */
    return delta;
}

void motion_measure(struct motion *motion, int32_t left_ticks, int32_t right_ticks, uint32_t dt_ms)
{
    if (!motion->have_ticks) {
        motion->have_ticks = true;
        motion->left.ticks = left_ticks;
        motion->right.ticks = right_ticks;
    }
    int32_t left = wheel_measure(&motion->left, left_ticks, dt_ms);
    int32_t right = wheel_measure(&motion->right, right_ticks, dt_ms);
    int32_t v = (motion->left.speed + motion->right.speed) / 2;
    int32_t w = (motion->right.speed - motion->left.speed) * 1000 / WHEEL_BASE_MM;
    motion->seen_v += (v - motion->seen_v) / 2;
    motion->seen_w += (w - motion->seen_w) / 2;
    if (left == 0 && right == 0)
        return;
    /* halfway heading: second-order odometry; heading itself is exact, a multiple of the tick difference */
    uint32_t turn = ((uint32_t)right - (uint32_t)left) * (uint32_t)BAM_PER_TICK;
    int32_t halfway = (int32_t)(motion->heading + (uint32_t)((int32_t)turn / 2));
    float middle = (float)halfway * (float)(3.14159265358979 / 2147483648.0);
    float way = ((float)left + (float)right) * (UM_PER_TICK / 2.0f);
    motion->heading += turn;
    motion->x_um += way * cosf(middle);
    motion->y_um += way * sinf(middle);
    int32_t whole_x = (int32_t)motion->x_um, whole_y = (int32_t)motion->y_um;
    motion->x = (int32_t)((uint32_t)motion->x + (uint32_t)whole_x);
    motion->y = (int32_t)((uint32_t)motion->y + (uint32_t)whole_y);
    motion->x_um -= (float)whole_x;
    motion->y_um -= (float)whole_y;
    if (way < 0.0f)
        motion->backed_um += (uint32_t)(0.5f - way);
}

static int32_t towards(int32_t from, int32_t to, int32_t step)
{
    return from + clamp(to - from, step);
}

/* Without this the loop would drive a wheel whose encoder is dead, or crossed with the other one, as fast as it goes. A setpoint
 * starts from the measured speed, so that the two are never on different sides of zero for long. */
static void wheel_watch(struct wheel *wheel, int32_t step_ms)
{
    bool still = clamp(wheel->pwm, STUCK_PWM - 1) != wheel->pwm && clamp(wheel->speed, STUCK_SPEED) == wheel->speed;
    bool against = (wheel->expected > AGAINST_SPEED && wheel->speed < -AGAINST_SPEED) ||
                   (wheel->expected < -AGAINST_SPEED && wheel->speed > AGAINST_SPEED);
    if (!still && !against)
        wheel->stuck_ms = 0;
    else if (wheel->stuck_ms < STUCK_MS)
        wheel->stuck_ms = (uint16_t)(wheel->stuck_ms + step_ms);
}

static void wheel_drive(struct wheel *wheel, int32_t setpoint, int32_t step_ms)
{
    wheel_watch(wheel, step_ms);
    /* What was measured is the mean over the period that has just ended, so it is compared with the mean that was asked for
     * then: on a ramp the difference would otherwise be taken for an error, wind up, and overshoot. */
    int32_t error = wheel->expected - wheel->speed;
    int32_t change = setpoint - wheel->setpoint;
    int32_t lead = change == 0 ? 0 : change * MOTOR_LAG_MS / step_ms; /* a division is 40 us on an 8-bit part */
    wheel->expected = (wheel->setpoint + setpoint) / 2;
    wheel->setpoint = setpoint;
    int32_t integral = clamp(wheel->integral + error * step_ms, INTEGRAL_MAX);
    int32_t pwm = (wheel->expected + lead) * PWM_MAX / Q4(FULL_PWM_MM_S) + error / KP_DEN;
    int32_t whole = pwm + integral * KI_NUM / KI_DEN;
    /* anti-windup: while the output is at its end, the integral may only come back */
    if (whole == clamp(whole, PWM_MAX) || (whole > 0) != (error > 0))
        wheel->integral = integral;
    else
        whole = pwm + wheel->integral * KI_NUM / KI_DEN;
    wheel->pwm = (int16_t)clamp(whole, PWM_MAX);
}

bool motion_resting(const struct motion *motion)
{
    return motion->v == 0 && motion->w == 0 && clamp(motion->left.speed, STANDSTILL) == motion->left.speed &&
           clamp(motion->right.speed, STANDSTILL) == motion->right.speed;
}

void motion_drive(struct motion *motion, int16_t v_mm_s, int16_t w_mrad_s, uint32_t dt_ms)
{
    int32_t step_ms = dt_ms > LONGEST_STEP_MS ? LONGEST_STEP_MS : (int32_t)dt_ms;
    if (!motion->driving) {
        /* take over whatever speed is left, so that a short gap in the orders isn't a jerk */
        motion->driving = true;
        int32_t left = motion->left.speed, right = motion->right.speed;
        motion->v = clamp((left + right) / 2, Q4(MAX_V_MM_S));
        motion->w = clamp((right - left) * 1000 / WHEEL_BASE_MM, Q4(MAX_W_MRAD_S));
        motion->left.setpoint = motion->left.expected = left;
        motion->right.setpoint = motion->right.expected = right;
    }
    int32_t v = Q4(v_mm_s), w = Q4(w_mrad_s);
    int32_t turn = w * WHEEL_BASE_MM / 2000;
    int32_t fastest = (v < 0 ? -v : v) + (turn < 0 ? -turn : turn);
    if (fastest > Q4(MAX_WHEEL_MM_S)) { /* the curve stays the same, only slower; in Q4 both products fit in 32 bits */
        v = v * MAX_WHEEL_MM_S / (fastest / 16 + 1);
        w = w * MAX_WHEEL_MM_S / (fastest / 16 + 1);
    }
    motion->v = towards(motion->v, v, Q4(MAX_ACCEL_MM_S2) * step_ms / 1000);
    motion->w = towards(motion->w, w, Q4(MAX_ACCEL_MRAD_S2) * step_ms / 1000);
    if (motion->v < 0)
        motion->asked_um += (uint32_t)(-motion->v * step_ms / 16);
    if (motion_resting(motion)) {
        motion_halt(motion);
        motion->driving = true; /* the order stands, there is nothing left to do for it */
        motion->left.setpoint = motion->right.setpoint = 0;
        motion->left.expected = motion->right.expected = 0;
        return;
    }
    turn = motion->w * WHEEL_BASE_MM / 2000;
    wheel_drive(&motion->left, motion->v - turn, step_ms);
    wheel_drive(&motion->right, motion->v + turn, step_ms);
}

bool motion_stuck(const struct motion *motion)
{
    return motion->left.stuck_ms >= STUCK_MS || motion->right.stuck_ms >= STUCK_MS;
}

void motion_halt(struct motion *motion)
{
    motion->driving = false;
    motion->v = motion->w = 0;
    motion->left.pwm = motion->right.pwm = 0;
    motion->left.integral = motion->right.integral = 0;
    motion->left.stuck_ms = motion->right.stuck_ms = 0;
}

int32_t motion_yaw_urad(const struct motion *motion)
{
    return (int32_t)((int64_t)(int32_t)motion->heading * 3141593 / 2147483648LL);
}
