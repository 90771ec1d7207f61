//! The texts that the server makes itself: times and ids.

/// `YYYY-MM-DDThh:mm:ss.sssZ`, as `createdAt` and `updatedAt` are written.
pub(crate) fn date_time(ms: i64) -> String {
    let (day, in_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let (year, month, date) = civil(day);
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, milli) = (in_day / 1_000 % 60, in_day % 1_000);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Year, month and day of the day that lies `days` after 1970-01-01, in the Gregorian calendar. Years are counted from
/// 1 March, so that the leap day is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let date = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

/// A UUID of version 7: ids made one after the other lie side by side in key order.
pub(crate) fn uuid_v7(now_ms: i64, random: u128) -> String {
    let time = u128::from(now_ms.max(0).unsigned_abs() & 0xffff_ffff_ffff) << 80;
    let bits = time | (random & ((1 << 80) - 1));
    let bits = bits & !(0xf << 76) | (0x7 << 76);
    let bits = bits & !(0b11 << 62) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601_in_utc() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(date_time(ms), text);
        }
    }

    #[test]
    fn ids_are_version_7_and_grow_with_time() {
        let id = uuid_v7(1_700_000_000_123, u128::MAX);
        assert_eq!(id, "018bcfe5-687b-7fff-bfff-ffffffffffff");
        assert!(uuid_v7(1_700_000_000_124, 0) > id);
    }
}
