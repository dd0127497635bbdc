/* A counter of boots in EEPROM, from which the nonce of this boot is made.
 *
 * Records lie in a ring of slots, each a count with its CRC, so every cell is written once in EEPROM_SLOTS boots (100000 times
 * that many boots before the first wears out). The next boot is always written over the oldest record: power that fails in the
 * middle of a write spoils only that one, and the nonce is used only once its record stands. */
#include "nonce.h"

#include <avr/eeprom.h>
#include <avr/io.h>
#include <avr/wdt.h>

#include "battery.h"
#include "codec.h"

#define ATTEMPTS 4 /* slots tried when cells are worn */
#define NOISE_BYTES 512 /* every board has as many that nothing uses yet */

struct record {
    uint32_t count;
    uint16_t crc;
};

static uint16_t crc_of(const struct record *record)
{
    uint16_t crc = CRC_INIT;
    for (uint8_t i = 0; i < sizeof record->count; i++)
        crc = crc_update(crc, ((const uint8_t *)&record->count)[i]);
    return crc;
}

static bool load(uint8_t slot, struct record *record)
{
    eeprom_read_block(record, (const void *)(uint16_t)(slot * sizeof *record), sizeof *record);
    return record->crc == crc_of(record);
}

/* True if the record can be read back. */
static bool store(uint8_t slot, const struct record *record)
{
    struct record seen;
    for (uint8_t i = 0; i < sizeof *record; i++) {
        wdt_reset();
        eeprom_update_byte((uint8_t *)(uint16_t)(slot * sizeof *record + i), ((const uint8_t *)record)[i]);
    }
    return load(slot, &seen) && seen.count == record->count;
}

/* Where an empty EEPROM starts to count: memory that nothing has written since power-up, and noise of the converter. */
static uint32_t noise(void)
{
    extern uint8_t __heap_start;
    uint16_t low = CRC_INIT, high = 0;
    wdt_reset();
    for (uint16_t i = 0; i < NOISE_BYTES; i++)
        low = crc_update(low, (&__heap_start)[i]);
    for (uint8_t i = 0; i < 32; i++)
        high = crc_update(high, battery_noise());
    return ((uint32_t)high << 16 | low) & 0x7FFFFFFF;
}

/* Bijective (MurmurHash3's finaliser): counts that differ give nonces that differ, and that don't look alike. */
static uint32_t mix(uint32_t value)
{
    value = (value ^ value >> 16) * 0x85EBCA6BUL;
    value = (value ^ value >> 13) * 0xC2B2AE35UL;
    return value ^ value >> 16;
}

uint32_t nonce_next(void)
{
    struct record record, newest = {0, 0};
    uint8_t slot = EEPROM_SLOTS - 1;
    bool found = false;
    for (uint8_t i = 0; i < EEPROM_SLOTS; i++) {
        if (load(i, &record) && (!found || record.count > newest.count)) {
            newest = record;
            slot = i;
            found = true;
        }
    }
    record.count = (found ? newest.count : noise()) + 1;
    record.crc = crc_of(&record);
    for (uint8_t i = 0; i < ATTEMPTS; i++) {
        slot = (uint8_t)(slot + 1) % EEPROM_SLOTS;
        if (store(slot, &record))
            return mix(record.count);
    }
    return mix(record.count ^ noise() << 1); /* an EEPROM that keeps nothing: noise is all there is */
}
