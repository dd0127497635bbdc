/* What the host asks: sessions, request ids and the refusal or execution of each message. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "core.h"

#define UNSEEN 0xFF /* in core.answers: no answer yet */

/* One frame from the host, header and payload, CRC already checked. */
void requests_handle(struct core *core, const uint8_t *frame, uint8_t length);

/* Queues a Welcome. */
void requests_welcome(struct core *core);

#endif
