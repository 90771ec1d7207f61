//! The AWS scalars from and to what Rust has for the same things.

use super::ScalarError;
use super::types::{AwsDate, AwsDateTime, AwsIpAddress, AwsJson, AwsTimestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;
/// The days from 0000-03-01 to 1970-01-01.
const TO_EPOCH: i64 = 719_468;

impl AwsJson {
    /// `value` as JSON.
    ///
    /// # Errors
    /// If it cannot be written as JSON, as a map whose keys are no text.
    pub fn of(value: &impl Serialize) -> Result<AwsJson, serde_json::Error> {
        serde_json::to_string(value).map(AwsJson::known)
    }

    /// What the text says, read as `T`; as a [`serde_json::Value`] it is read whole.
    ///
    /// # Errors
    /// If it says something else than a `T`, or holds what the reader cannot: a number beyond all doubles, more levels
    /// than 128.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }
}

impl From<&Json> for AwsJson {
    fn from(json: &Json) -> AwsJson {
        AwsJson::known(json.to_string())
    }
}

impl From<Json> for AwsJson {
    fn from(json: Json) -> AwsJson {
        AwsJson::from(&json)
    }
}

impl TryFrom<&AwsJson> for Json {
    type Error = serde_json::Error;
    fn try_from(json: &AwsJson) -> Result<Json, serde_json::Error> {
        json.read()
    }
}

impl From<IpAddr> for AwsIpAddress {
    fn from(address: IpAddr) -> AwsIpAddress {
        AwsIpAddress::known(address.to_string())
    }
}

impl AwsIpAddress {
    /// The address, without the length of a prefix.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.as_str().split('/').next()?.parse().ok()
    }
}

impl AwsTimestamp {
    /// The time, if the system can represent it.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_secs(self.0.unsigned_abs());
        if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
    }
}

impl From<SystemTime> for AwsTimestamp {
    /// The second in which `time` lies. What is beyond 64 bits becomes the last or the first second that they hold.
    fn from(time: SystemTime) -> AwsTimestamp {
        AwsTimestamp(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).map_or(i64::MIN, |seconds| -seconds);
                if before.subsec_nanos() > 0 { seconds.saturating_sub(1) } else { seconds }
            }
        })
    }
}

impl AwsDateTime {
    /// The time that lies `millis` milliseconds after 1970-01-01T00:00Z, as the cloud writes times:
    /// `YYYY-MM-DDThh:mm:ss.sssZ`, so that their order is that of the instants. `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<AwsDateTime> {
        let date = date(millis.div_euclid(DAY))?;
        let ms = millis.rem_euclid(DAY);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        Some(AwsDateTime::known(format!("{date}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1_000)))
    }

    /// The milliseconds from 1970-01-01T00:00Z, what is below a millisecond cut off. `None` for a text that came from
    /// the cloud and is no time.
    #[must_use]
    pub fn to_millis(&self) -> Option<i64> {
        let text = self.as_str();
        AwsDateTime::new(text).ok()?;
        let (date, rest) = text.split_once('T')?;
        let offset = rest.find(['Z', '+', '-'])?;
        let (time, offset) = rest.split_at(offset);
        Some(days(date)? * DAY + of_day(time)? - of_offset(offset)?)
    }

    /// The day in the text, whatever its offset: its first ten letters.
    #[must_use]
    pub fn day(&self) -> Option<AwsDate> {
        AwsDate::new(self.as_str().get(..10)?).ok()
    }
}

impl TryFrom<SystemTime> for AwsDateTime {
    type Error = ScalarError;
    /// As [`AwsDateTime::from_millis`]; what is below a millisecond is cut off.
    fn try_from(time: SystemTime) -> Result<AwsDateTime, ScalarError> {
        let millis = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).ok(),
            Err(before) => i64::try_from(before.duration().as_nanos().div_ceil(1_000_000)).ok().map(|ms| -ms),
        };
        millis.and_then(AwsDateTime::from_millis).ok_or_else(|| ScalarError {
            scalar: super::Scalar::AwsDateTime,
            shown: format!("{time:?}"),
            reason: "a date lies in the years 0 to 9999".to_owned(),
        })
    }
}

impl AwsDate {
    /// The day that lies `days` after 1970-01-01. `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Option<AwsDate> {
        date(days).map(AwsDate::known)
    }

    /// The days from 1970-01-01, whatever the offset. `None` for a text that came from the cloud and is no day.
    #[must_use]
    pub fn to_days(&self) -> Option<i64> {
        AwsDate::new(self.as_str()).ok()?;
        days(self.as_str().get(..10)?)
    }
}

/// `YYYY-MM-DD` of the day that lies `days` after 1970-01-01. Years are counted from 1 March, so that the leap day is the
/// last of its year.
fn date(days: i64) -> Option<String> {
    let shifted = days.checked_add(TO_EPOCH)?;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let date = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (0..=9_999).contains(&year).then(|| format!("{year:04}-{month:02}-{date:02}"))
}

/// The days from 1970-01-01 to the day in `date`, which is `YYYY-MM-DD`.
fn days(date: &str) -> Option<i64> {
    let (year, month, day) = (number(date.get(..4)?)?, number(date.get(5..7)?)?, number(date.get(8..10)?)?);
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let in_year = (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + 365 * year + year / 4 - year / 100 + in_year - TO_EPOCH)
}

/// The milliseconds of `hh:mm[:ss[.s…]]`.
fn of_day(time: &str) -> Option<i64> {
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut millis = 0;
    for place in 0..3 {
        millis = millis * 10 + fraction.get(place..=place).map_or(Some(0), number)?;
    }
    Some(seconds(time)? * 1_000 + millis)
}

/// The milliseconds of `Z` or `±hh:mm[:ss]`.
fn of_offset(offset: &str) -> Option<i64> {
    match offset.as_bytes().first()? {
        b'+' => Some(seconds(&offset[1..])? * 1_000),
        b'-' => Some(seconds(&offset[1..])? * -1_000),
        _ => Some(0),
    }
}

/// The seconds of `hh:mm[:ss]`.
fn seconds(time: &str) -> Option<i64> {
    let mut parts = time.split(':').map(number);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    Some(hours * 3_600 + minutes * 60 + parts.next().unwrap_or(Some(0))?)
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_goes_in_and_comes_out() {
        for json in [json!(null), json!({ "a": [1, 2.5, "x\"y"] }), json!("\u{0}")] {
            let text = AwsJson::from(&json);
            assert_eq!(Json::try_from(&text).unwrap(), json);
            assert_eq!(AwsJson::new(text.as_str()).unwrap(), text, "what is made is a value");
            assert_eq!(AwsJson::of(&json).unwrap(), text);
        }
        assert_eq!(AwsJson::new("[1, 2]").unwrap().read::<Vec<i32>>().unwrap(), [1, 2]);
        assert!(AwsJson::new("[1]").unwrap().read::<Vec<String>>().is_err());
        assert!(AwsJson::of(&std::collections::BTreeMap::from([((1, 2), 3)])).is_err());
    }

    #[test]
    fn times_are_instants() {
        for (text, millis) in [
            ("1970-01-01T00:00Z", 0),
            ("1970-01-01T00:00:00.0019Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
            ("2000-02-29T00:00Z", 951_782_400_000),
            ("2023-11-15T03:43:20.123+05:30", 1_700_000_000_123),
            ("2023-11-14T12:13:20.123-10:00", 1_700_000_000_123),
            ("1970-01-01T00:00:01+00:00:01", 0),
            ("0000-01-01T00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799_999),
        ] {
            let time = AwsDateTime::new(text).unwrap();
            assert_eq!(time.to_millis(), Some(millis), "{text}");
            let made = AwsDateTime::from_millis(millis).unwrap();
            assert_eq!(made.to_millis(), Some(millis), "{made}");
            assert_eq!(AwsDateTime::new(made.as_str()).unwrap(), made, "what is made is a value");
            assert_eq!(time.day().unwrap(), text[..10]);
        }
        for beyond in [i64::MIN, -62_167_219_200_001, 253_402_300_800_000, i64::MAX] {
            assert_eq!(AwsDateTime::from_millis(beyond), None, "{beyond}");
        }
        assert_eq!(AwsDateTime::known("soon".to_owned()).to_millis(), None);
        assert_eq!(AwsDateTime::known("T-é".to_owned()).to_millis(), None);
    }

    #[test]
    fn system_times() {
        let at = |seconds: i64, nanos: u32| {
            let whole = AwsTimestamp(seconds).to_system_time().unwrap();
            whole + Duration::from_nanos(nanos.into())
        };
        for (time, seconds, text) in [
            (at(0, 0), 0, "1970-01-01T00:00:00.000Z"),
            (at(1, 999_999_999), 1, "1970-01-01T00:00:01.999Z"),
            (at(-1, 0), -1, "1969-12-31T23:59:59.000Z"),
            (at(-1, 1), -1, "1969-12-31T23:59:59.000Z"),
            (at(-2, 999_999_999), -2, "1969-12-31T23:59:58.999Z"),
        ] {
            assert_eq!(AwsTimestamp::from(time), AwsTimestamp(seconds), "{text}");
            assert_eq!(AwsDateTime::try_from(time).unwrap(), text);
        }
        assert!(AwsDateTime::try_from(at(400_000_000_000, 0)).is_err());
        assert!(
            AwsTimestamp(i64::MIN).to_system_time().is_none_or(|time| AwsTimestamp::from(time).0 == i64::MIN)
        );
    }

    #[test]
    fn days_and_addresses() {
        for (text, days) in [("1970-01-01", 0), ("2000-03-01Z", 11_017), ("1969-12-31+02:00", -1)] {
            let date = AwsDate::new(text).unwrap();
            assert_eq!(date.to_days(), Some(days), "{text}");
            assert_eq!(AwsDate::from_days(days).unwrap(), text[..10]);
        }
        assert_eq!((AwsDate::from_days(i64::MAX), AwsDate::from_days(-1_000_000)), (None, None));
        for (text, address) in [("10.0.0.1/8", "10.0.0.1"), ("::1", "::1")] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(AwsIpAddress::new(text).unwrap().address(), Some(address));
            assert!(AwsIpAddress::new(AwsIpAddress::from(address).as_str()).is_ok());
        }
    }
}
