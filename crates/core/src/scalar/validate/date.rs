//! Dates, times and offsets from UTC.

use super::Reason;

const DATE: Reason = "expected YYYY-MM-DD, with nothing after it, Z, or an offset such as +02:00";
const TIME: Reason =
    "expected hh:mm, hh:mm:ss or hh:mm:ss.sss, with nothing after it, Z, or an offset such as +02:00";
const DATE_TIME: Reason = "expected YYYY-MM-DDThh:mm[:ss[.sss]] and Z or an offset such as +02:00";
const NO_SUCH_DAY: Reason = "there is no such day";
const NO_SUCH_TIME: Reason = "there is no such time of day";
const NO_SUCH_OFFSET: Reason = "an offset goes from -18:00 to +18:00";

/// `YYYY-MM-DD`, with an optional offset.
pub(super) fn date(text: &str) -> Result<(), Reason> {
    let mut reader = Reader::new(text);
    reader.date().unwrap_or(Err(DATE))?;
    if !reader.at_end() {
        reader.offset().unwrap_or(Err(DATE))?;
    }
    reader.end(DATE)
}

/// `hh:mm[:ss[.sss]]`, with an optional offset.
pub(super) fn time(text: &str) -> Result<(), Reason> {
    let mut reader = Reader::new(text);
    reader.time().unwrap_or(Err(TIME))?;
    if !reader.at_end() {
        reader.offset().unwrap_or(Err(TIME))?;
    }
    reader.end(TIME)
}

/// A date, `T`, a time and an offset.
pub(super) fn date_time(text: &str) -> Result<(), Reason> {
    let mut reader = Reader::new(text);
    reader.date().unwrap_or(Err(DATE_TIME))?;
    reader.byte(b'T').ok_or(DATE_TIME)?;
    reader.time().unwrap_or(Err(DATE_TIME))?;
    reader.offset().unwrap_or(Err(DATE_TIME))?;
    reader.end(DATE_TIME)
}

/// Reads from the front. A method answers `None` if the form is wrong, and an inner error if the form is right but the
/// numbers are not.
struct Reader<'a> {
    rest: &'a [u8],
}

type Part = Option<Result<(), Reason>>;

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader { rest: text.as_bytes() }
    }

    fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn end(&self, otherwise: Reason) -> Result<(), Reason> {
        if self.at_end() { Ok(()) } else { Err(otherwise) }
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == byte).then(|| self.rest = rest)
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest.get(..count)?;
        let number = digits.iter().try_fold(0, |number: u32, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })?;
        self.rest = &self.rest[count..];
        Some(number)
    }

    fn date(&mut self) -> Part {
        let year = self.digits(4)?;
        self.byte(b'-')?;
        let month = self.digits(2)?;
        self.byte(b'-')?;
        let day = self.digits(2)?;
        let real = (1..=days_in(year, month)).contains(&day);
        Some(if real { Ok(()) } else { Err(NO_SUCH_DAY) })
    }

    fn time(&mut self) -> Part {
        let hour = self.digits(2)?;
        self.byte(b':')?;
        let minute = self.digits(2)?;
        let mut second = 0;
        if self.byte(b':').is_some() {
            second = self.digits(2)?;
            if self.byte(b'.').is_some() {
                self.fraction()?;
            }
        }
        let real = hour < 24 && minute < 60 && second < 60;
        Some(if real { Ok(()) } else { Err(NO_SUCH_TIME) })
    }

    /// One to nine digits.
    fn fraction(&mut self) -> Option<()> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (1..=9).contains(&count).then(|| self.rest = &self.rest[count..])
    }

    fn offset(&mut self) -> Part {
        if self.byte(b'Z').is_some() {
            return Some(Ok(()));
        }
        self.byte(b'+').or_else(|| self.byte(b'-'))?;
        let hours = self.digits(2)?;
        self.byte(b':')?;
        let minutes = self.digits(2)?;
        let seconds = if self.byte(b':').is_some() { self.digits(2)? } else { 0 };
        let real = minutes < 60 && seconds < 60 && hours * 3600 + minutes * 60 + seconds <= 18 * 3600;
        Some(if real { Ok(()) } else { Err(NO_SUCH_OFFSET) })
    }
}

/// How many days a month has; 0 for a month that there is not.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}
