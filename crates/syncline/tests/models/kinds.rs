// @generated from the GraphQL schema by `syncline codegen models --target rust`: change the
// schema and run it again.

/// The enum `Mood` of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub enum Mood {
    /// `GOOD`
    Good,
    /// `BAD`
    Bad,
    /// A value that this schema does not have; a newer version of the application may have written it.
    Unknown(::std::string::String),
}
impl ::syncline::predicate::EnumValue for Mood {
    fn as_str(&self) -> &str {
        match self {
            Mood::Good => "GOOD",
            Mood::Bad => "BAD",
            Mood::Unknown(name) => name,
        }
    }
    fn from_name(name: &str) -> ::std::option::Option<Self> {
        ::std::option::Option::Some(
            match name {
                "GOOD" => Mood::Good,
                "BAD" => Mood::Bad,
                _ => Mood::Unknown(::std::string::String::from(name)),
            },
        )
    }
}
impl ::syncline::predicate::FieldValue for Mood {
    fn into_value(self) -> ::syncline::Value {
        ::syncline::predicate::EnumValue::to_value(&self)
    }
    fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
        ::syncline::predicate::EnumValue::of_value(value)
    }
}
impl ::syncline::predicate::Equatable for Mood {}
impl ::syncline::predicate::Sortable for Mood {}
impl ::std::convert::From<Mood> for ::syncline::Value {
    fn from(value: Mood) -> Self {
        ::syncline::predicate::EnumValue::to_value(&value)
    }
}
impl ::std::fmt::Display for Mood {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(::syncline::predicate::EnumValue::as_str(self))
    }
}
impl ::syncline::__private::serde::Serialize for Mood {
    fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
    where
        S: ::syncline::__private::serde::Serializer,
    {
        serializer.serialize_str(::syncline::predicate::EnumValue::as_str(self))
    }
}
impl<'de> ::syncline::__private::serde::Deserialize<'de> for Mood {
    fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
    where
        D: ::syncline::__private::serde::Deserializer<'de>,
    {
        let name: ::std::string::String = ::syncline::__private::serde::Deserialize::deserialize(
            deserializer,
        )?;
        ::std::result::Result::Ok(
            match name.as_str() {
                "GOOD" => Self::Good,
                "BAD" => Self::Bad,
                _ => Self::Unknown(name),
            },
        )
    }
}
/// The type `Geo` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Geo {
    /// `lat: Float!`
    #[serde(rename = "lat")]
    pub lat: f64,
    /// `lon: Float!`
    #[serde(rename = "lon")]
    pub lon: f64,
    /// `label: String`
    #[serde(rename = "label")]
    pub label: ::std::option::Option<::std::string::String>,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Geo {
    /// A `Geo`; what may be null is null.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Self {
        Self {
            lat,
            lon,
            label: ::std::option::Option::None,
        }
    }
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::predicate::FieldValue for Geo {
    fn into_value(self) -> ::syncline::Value {
        static NAMES: ::syncline::__private::PartNames<3usize> = ::syncline::__private::PartNames::new(||
        ::syncline::__private::names(["lat", "lon", "label"]));
        ::syncline::__private::object(
            &NAMES,
            [
                ::syncline::predicate::FieldValue::into_value(self.lat),
                ::syncline::predicate::FieldValue::into_value(self.lon),
                ::syncline::predicate::FieldValue::into_value(self.label),
            ],
        )
    }
    fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
        <Self as ::syncline::predicate::FieldValue>::read(value).ok()
    }
    fn read(
        value: &::syncline::Value,
    ) -> ::std::result::Result<Self, ::syncline::predicate::Misfit> {
        let object = ::syncline::__private::parts(value)?;
        ::std::result::Result::Ok(Self {
            lat: ::syncline::__private::part(object, 0usize, "lat")?,
            lon: ::syncline::__private::part(object, 1usize, "lon")?,
            label: ::syncline::__private::part(object, 2usize, "label")?,
        })
    }
}
impl ::std::convert::From<Geo> for ::syncline::Value {
    fn from(value: Geo) -> Self {
        ::syncline::predicate::FieldValue::into_value(value)
    }
}
/// The type `Address` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Address {
    /// `street: String!`
    #[serde(rename = "street")]
    pub street: ::std::string::String,
    /// `zip: Int`
    #[serde(rename = "zip")]
    pub zip: ::std::option::Option<i32>,
    /// `geo: Geo`
    #[serde(rename = "geo")]
    pub geo: ::std::option::Option<Geo>,
    /// `past: [Geo!]`
    #[serde(rename = "past")]
    pub past: ::std::option::Option<::std::vec::Vec<Geo>>,
    /// `moods: [Mood]!`
    #[serde(rename = "moods")]
    pub moods: ::std::vec::Vec<::std::option::Option<Mood>>,
    /// `since: AWSDate`
    #[serde(rename = "since")]
    pub since: ::std::option::Option<::syncline::scalar::AwsDate>,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Address {
    /// A `Address`; what may be null is null.
    #[must_use]
    pub fn new(
        street: impl ::std::convert::Into<::std::string::String>,
        moods: ::std::vec::Vec<::std::option::Option<Mood>>,
    ) -> Self {
        Self {
            street: street.into(),
            zip: ::std::option::Option::None,
            geo: ::std::option::Option::None,
            past: ::std::option::Option::None,
            moods,
            since: ::std::option::Option::None,
        }
    }
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::predicate::FieldValue for Address {
    fn into_value(self) -> ::syncline::Value {
        static NAMES: ::syncline::__private::PartNames<6usize> = ::syncline::__private::PartNames::new(||
        ::syncline::__private::names([
            "street",
            "zip",
            "geo",
            "past",
            "moods",
            "since",
        ]));
        ::syncline::__private::object(
            &NAMES,
            [
                ::syncline::predicate::FieldValue::into_value(self.street),
                ::syncline::predicate::FieldValue::into_value(self.zip),
                ::syncline::predicate::FieldValue::into_value(self.geo),
                ::syncline::predicate::FieldValue::into_value(self.past),
                ::syncline::predicate::FieldValue::into_value(self.moods),
                ::syncline::predicate::FieldValue::into_value(self.since),
            ],
        )
    }
    fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
        <Self as ::syncline::predicate::FieldValue>::read(value).ok()
    }
    fn read(
        value: &::syncline::Value,
    ) -> ::std::result::Result<Self, ::syncline::predicate::Misfit> {
        let object = ::syncline::__private::parts(value)?;
        ::std::result::Result::Ok(Self {
            street: ::syncline::__private::part(object, 0usize, "street")?,
            zip: ::syncline::__private::part(object, 1usize, "zip")?,
            geo: ::syncline::__private::part(object, 2usize, "geo")?,
            past: ::syncline::__private::part(object, 3usize, "past")?,
            moods: ::syncline::__private::part(object, 4usize, "moods")?,
            since: ::syncline::__private::part(object, 5usize, "since")?,
        })
    }
}
impl ::std::convert::From<Address> for ::syncline::Value {
    fn from(value: Address) -> Self {
        ::syncline::predicate::FieldValue::into_value(value)
    }
}
/// The type `Hint` of the schema.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Hint {
    /// `text: String`
    #[serde(rename = "text")]
    pub text: ::std::option::Option<::std::string::String>,
    /// `mood: Mood`
    #[serde(rename = "mood")]
    pub mood: ::std::option::Option<Mood>,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Hint {
    /// A `Hint`; what may be null is null.
    #[must_use]
    pub fn new() -> Self {
        Self {
            text: ::std::option::Option::None,
            mood: ::std::option::Option::None,
        }
    }
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::predicate::FieldValue for Hint {
    fn into_value(self) -> ::syncline::Value {
        static NAMES: ::syncline::__private::PartNames<2usize> = ::syncline::__private::PartNames::new(||
        ::syncline::__private::names(["text", "mood"]));
        ::syncline::__private::object(
            &NAMES,
            [
                ::syncline::predicate::FieldValue::into_value(self.text),
                ::syncline::predicate::FieldValue::into_value(self.mood),
            ],
        )
    }
    fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
        <Self as ::syncline::predicate::FieldValue>::read(value).ok()
    }
    fn read(
        value: &::syncline::Value,
    ) -> ::std::result::Result<Self, ::syncline::predicate::Misfit> {
        let object = ::syncline::__private::parts(value)?;
        ::std::result::Result::Ok(Self {
            text: ::syncline::__private::part(object, 0usize, "text")?,
            mood: ::syncline::__private::part(object, 1usize, "mood")?,
        })
    }
}
impl ::std::convert::From<Hint> for ::syncline::Value {
    fn from(value: Hint) -> Self {
        ::syncline::predicate::FieldValue::into_value(value)
    }
}
/// The model `Kind` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Kind {
    /// `title: String!`
    #[serde(rename = "title")]
    pub title: ::std::string::String,
    /// `owner: ID!`
    #[serde(rename = "owner")]
    pub owner: ::std::string::String,
    /// `count: Int!`
    #[serde(rename = "count")]
    pub count: i32,
    /// `share: Float!`
    #[serde(rename = "share")]
    pub share: f64,
    /// `open: Boolean!`
    #[serde(rename = "open")]
    pub open: bool,
    /// `day: AWSDate!`
    #[serde(rename = "day")]
    pub day: ::syncline::scalar::AwsDate,
    /// `time: AWSTime!`
    #[serde(rename = "time")]
    pub time: ::syncline::scalar::AwsTime,
    /// `at: AWSDateTime!`
    #[serde(rename = "at")]
    pub at: ::syncline::scalar::AwsDateTime,
    /// `seen: AWSTimestamp!`
    #[serde(rename = "seen")]
    pub seen: ::syncline::scalar::AwsTimestamp,
    /// `mail: AWSEmail!`
    #[serde(rename = "mail")]
    pub mail: ::syncline::scalar::AwsEmail,
    /// `extra: AWSJSON!`
    #[serde(rename = "extra")]
    pub extra: ::syncline::scalar::AwsJson,
    /// `link: AWSURL!`
    #[serde(rename = "link")]
    pub link: ::syncline::scalar::AwsUrl,
    /// `phone: AWSPhone!`
    #[serde(rename = "phone")]
    pub phone: ::syncline::scalar::AwsPhone,
    /// `ip: AWSIPAddress!`
    #[serde(rename = "ip")]
    pub ip: ::syncline::scalar::AwsIpAddress,
    /// `mood: Mood!`
    #[serde(rename = "mood")]
    pub mood: Mood,
    /// `home: Address!`
    #[serde(rename = "home")]
    pub home: Address,
    /// `maybeTitle: String`
    #[serde(rename = "maybeTitle")]
    pub maybe_title: ::std::option::Option<::std::string::String>,
    /// `maybeOwner: ID`
    #[serde(rename = "maybeOwner")]
    pub maybe_owner: ::std::option::Option<::std::string::String>,
    /// `maybeCount: Int`
    #[serde(rename = "maybeCount")]
    pub maybe_count: ::std::option::Option<i32>,
    /// `maybeShare: Float`
    #[serde(rename = "maybeShare")]
    pub maybe_share: ::std::option::Option<f64>,
    /// `maybeOpen: Boolean`
    #[serde(rename = "maybeOpen")]
    pub maybe_open: ::std::option::Option<bool>,
    /// `maybeDay: AWSDate`
    #[serde(rename = "maybeDay")]
    pub maybe_day: ::std::option::Option<::syncline::scalar::AwsDate>,
    /// `maybeTime: AWSTime`
    #[serde(rename = "maybeTime")]
    pub maybe_time: ::std::option::Option<::syncline::scalar::AwsTime>,
    /// `maybeAt: AWSDateTime`
    #[serde(rename = "maybeAt")]
    pub maybe_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `maybeSeen: AWSTimestamp`
    #[serde(rename = "maybeSeen")]
    pub maybe_seen: ::std::option::Option<::syncline::scalar::AwsTimestamp>,
    /// `maybeMail: AWSEmail`
    #[serde(rename = "maybeMail")]
    pub maybe_mail: ::std::option::Option<::syncline::scalar::AwsEmail>,
    /// `maybeExtra: AWSJSON`
    #[serde(rename = "maybeExtra")]
    pub maybe_extra: ::std::option::Option<::syncline::scalar::AwsJson>,
    /// `maybeLink: AWSURL`
    #[serde(rename = "maybeLink")]
    pub maybe_link: ::std::option::Option<::syncline::scalar::AwsUrl>,
    /// `maybePhone: AWSPhone`
    #[serde(rename = "maybePhone")]
    pub maybe_phone: ::std::option::Option<::syncline::scalar::AwsPhone>,
    /// `maybeIp: AWSIPAddress`
    #[serde(rename = "maybeIp")]
    pub maybe_ip: ::std::option::Option<::syncline::scalar::AwsIpAddress>,
    /// `maybeMood: Mood`
    #[serde(rename = "maybeMood")]
    pub maybe_mood: ::std::option::Option<Mood>,
    /// `hint: Hint`
    #[serde(rename = "hint")]
    pub hint: ::std::option::Option<Hint>,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Kind {
    /// A new `Kind` with an id of its own; what may be null is null.
    #[must_use]
    #[allow(clippy::too_many_arguments, reason = "the schema requires as many fields")]
    pub fn new(
        title: impl ::std::convert::Into<::std::string::String>,
        owner: impl ::std::convert::Into<::std::string::String>,
        count: i32,
        share: f64,
        open: bool,
        day: ::syncline::scalar::AwsDate,
        time: ::syncline::scalar::AwsTime,
        at: ::syncline::scalar::AwsDateTime,
        seen: ::syncline::scalar::AwsTimestamp,
        mail: ::syncline::scalar::AwsEmail,
        extra: ::syncline::scalar::AwsJson,
        link: ::syncline::scalar::AwsUrl,
        phone: ::syncline::scalar::AwsPhone,
        ip: ::syncline::scalar::AwsIpAddress,
        mood: Mood,
        home: Address,
    ) -> Self {
        Self {
            title: title.into(),
            owner: owner.into(),
            count,
            share,
            open,
            day,
            time,
            at,
            seen,
            mail,
            extra,
            link,
            phone,
            ip,
            mood,
            home,
            maybe_title: ::std::option::Option::None,
            maybe_owner: ::std::option::Option::None,
            maybe_count: ::std::option::Option::None,
            maybe_share: ::std::option::Option::None,
            maybe_open: ::std::option::Option::None,
            maybe_day: ::std::option::Option::None,
            maybe_time: ::std::option::Option::None,
            maybe_at: ::std::option::Option::None,
            maybe_seen: ::std::option::Option::None,
            maybe_mail: ::std::option::Option::None,
            maybe_extra: ::std::option::Option::None,
            maybe_link: ::std::option::Option::None,
            maybe_phone: ::std::option::Option::None,
            maybe_ip: ::std::option::Option::None,
            maybe_mood: ::std::option::Option::None,
            hint: ::std::option::Option::None,
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The field `title`, for predicates and sorting.
    pub const TITLE: ::syncline::predicate::TypedField<Kind, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "title",
    );
    /// The field `owner`, for predicates and sorting.
    pub const OWNER: ::syncline::predicate::TypedField<Kind, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "owner",
    );
    /// The field `count`, for predicates and sorting.
    pub const COUNT: ::syncline::predicate::TypedField<Kind, i32> = ::syncline::predicate::TypedField::new(
        "count",
    );
    /// The field `share`, for predicates and sorting.
    pub const SHARE: ::syncline::predicate::TypedField<Kind, f64> = ::syncline::predicate::TypedField::new(
        "share",
    );
    /// The field `open`, for predicates and sorting.
    pub const OPEN: ::syncline::predicate::TypedField<Kind, bool> = ::syncline::predicate::TypedField::new(
        "open",
    );
    /// The field `day`, for predicates and sorting.
    pub const DAY: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDate,
    > = ::syncline::predicate::TypedField::new("day");
    /// The field `time`, for predicates and sorting.
    pub const TIME: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsTime,
    > = ::syncline::predicate::TypedField::new("time");
    /// The field `at`, for predicates and sorting.
    pub const AT: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("at");
    /// The field `seen`, for predicates and sorting.
    pub const SEEN: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsTimestamp,
    > = ::syncline::predicate::TypedField::new("seen");
    /// The field `mail`, for predicates and sorting.
    pub const MAIL: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsEmail,
    > = ::syncline::predicate::TypedField::new("mail");
    /// The field `extra`, for predicates and sorting.
    pub const EXTRA: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsJson,
    > = ::syncline::predicate::TypedField::new("extra");
    /// The field `link`, for predicates and sorting.
    pub const LINK: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsUrl,
    > = ::syncline::predicate::TypedField::new("link");
    /// The field `phone`, for predicates and sorting.
    pub const PHONE: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsPhone,
    > = ::syncline::predicate::TypedField::new("phone");
    /// The field `ip`, for predicates and sorting.
    pub const IP: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsIpAddress,
    > = ::syncline::predicate::TypedField::new("ip");
    /// The field `mood`, for predicates and sorting.
    pub const MOOD: ::syncline::predicate::TypedField<Kind, Mood> = ::syncline::predicate::TypedField::new(
        "mood",
    );
    /// The field `home`, for predicates and sorting.
    pub const HOME: ::syncline::predicate::TypedField<Kind, Address> = ::syncline::predicate::TypedField::new(
        "home",
    );
    /// The field `maybeTitle`, for predicates and sorting.
    pub const MAYBE_TITLE: ::syncline::predicate::TypedField<
        Kind,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("maybeTitle");
    /// The field `maybeOwner`, for predicates and sorting.
    pub const MAYBE_OWNER: ::syncline::predicate::TypedField<
        Kind,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("maybeOwner");
    /// The field `maybeCount`, for predicates and sorting.
    pub const MAYBE_COUNT: ::syncline::predicate::TypedField<Kind, i32> = ::syncline::predicate::TypedField::new(
        "maybeCount",
    );
    /// The field `maybeShare`, for predicates and sorting.
    pub const MAYBE_SHARE: ::syncline::predicate::TypedField<Kind, f64> = ::syncline::predicate::TypedField::new(
        "maybeShare",
    );
    /// The field `maybeOpen`, for predicates and sorting.
    pub const MAYBE_OPEN: ::syncline::predicate::TypedField<Kind, bool> = ::syncline::predicate::TypedField::new(
        "maybeOpen",
    );
    /// The field `maybeDay`, for predicates and sorting.
    pub const MAYBE_DAY: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDate,
    > = ::syncline::predicate::TypedField::new("maybeDay");
    /// The field `maybeTime`, for predicates and sorting.
    pub const MAYBE_TIME: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsTime,
    > = ::syncline::predicate::TypedField::new("maybeTime");
    /// The field `maybeAt`, for predicates and sorting.
    pub const MAYBE_AT: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("maybeAt");
    /// The field `maybeSeen`, for predicates and sorting.
    pub const MAYBE_SEEN: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsTimestamp,
    > = ::syncline::predicate::TypedField::new("maybeSeen");
    /// The field `maybeMail`, for predicates and sorting.
    pub const MAYBE_MAIL: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsEmail,
    > = ::syncline::predicate::TypedField::new("maybeMail");
    /// The field `maybeExtra`, for predicates and sorting.
    pub const MAYBE_EXTRA: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsJson,
    > = ::syncline::predicate::TypedField::new("maybeExtra");
    /// The field `maybeLink`, for predicates and sorting.
    pub const MAYBE_LINK: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsUrl,
    > = ::syncline::predicate::TypedField::new("maybeLink");
    /// The field `maybePhone`, for predicates and sorting.
    pub const MAYBE_PHONE: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsPhone,
    > = ::syncline::predicate::TypedField::new("maybePhone");
    /// The field `maybeIp`, for predicates and sorting.
    pub const MAYBE_IP: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsIpAddress,
    > = ::syncline::predicate::TypedField::new("maybeIp");
    /// The field `maybeMood`, for predicates and sorting.
    pub const MAYBE_MOOD: ::syncline::predicate::TypedField<Kind, Mood> = ::syncline::predicate::TypedField::new(
        "maybeMood",
    );
    /// The field `hint`, for predicates and sorting.
    pub const HINT: ::syncline::predicate::TypedField<Kind, Hint> = ::syncline::predicate::TypedField::new(
        "hint",
    );
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Kind, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Kind,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Kind {
    const NAME: &'static str = "Kind";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.title),
                ::syncline::__private::value(& self.owner),
                ::syncline::__private::value(& self.count),
                ::syncline::__private::value(& self.share),
                ::syncline::__private::value(& self.open), ::syncline::__private::value(&
                self.day), ::syncline::__private::value(& self.time),
                ::syncline::__private::value(& self.at), ::syncline::__private::value(&
                self.seen), ::syncline::__private::value(& self.mail),
                ::syncline::__private::value(& self.extra),
                ::syncline::__private::value(& self.link), ::syncline::__private::value(&
                self.phone), ::syncline::__private::value(& self.ip),
                ::syncline::__private::value(& self.mood), ::syncline::__private::value(&
                self.home), ::syncline::__private::value(& self.maybe_title),
                ::syncline::__private::value(& self.maybe_owner),
                ::syncline::__private::value(& self.maybe_count),
                ::syncline::__private::value(& self.maybe_share),
                ::syncline::__private::value(& self.maybe_open),
                ::syncline::__private::value(& self.maybe_day),
                ::syncline::__private::value(& self.maybe_time),
                ::syncline::__private::value(& self.maybe_at),
                ::syncline::__private::value(& self.maybe_seen),
                ::syncline::__private::value(& self.maybe_mail),
                ::syncline::__private::value(& self.maybe_extra),
                ::syncline::__private::value(& self.maybe_link),
                ::syncline::__private::value(& self.maybe_phone),
                ::syncline::__private::value(& self.maybe_ip),
                ::syncline::__private::value(& self.maybe_mood),
                ::syncline::__private::value(& self.hint), ::syncline::__private::value(&
                self.id), ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            title: ::syncline::__private::field(record, 0usize, "Kind", "title")?,
            owner: ::syncline::__private::field(record, 1usize, "Kind", "owner")?,
            count: ::syncline::__private::field(record, 2usize, "Kind", "count")?,
            share: ::syncline::__private::field(record, 3usize, "Kind", "share")?,
            open: ::syncline::__private::field(record, 4usize, "Kind", "open")?,
            day: ::syncline::__private::field(record, 5usize, "Kind", "day")?,
            time: ::syncline::__private::field(record, 6usize, "Kind", "time")?,
            at: ::syncline::__private::field(record, 7usize, "Kind", "at")?,
            seen: ::syncline::__private::field(record, 8usize, "Kind", "seen")?,
            mail: ::syncline::__private::field(record, 9usize, "Kind", "mail")?,
            extra: ::syncline::__private::field(record, 10usize, "Kind", "extra")?,
            link: ::syncline::__private::field(record, 11usize, "Kind", "link")?,
            phone: ::syncline::__private::field(record, 12usize, "Kind", "phone")?,
            ip: ::syncline::__private::field(record, 13usize, "Kind", "ip")?,
            mood: ::syncline::__private::field(record, 14usize, "Kind", "mood")?,
            home: ::syncline::__private::field(record, 15usize, "Kind", "home")?,
            maybe_title: ::syncline::__private::field(
                record,
                16usize,
                "Kind",
                "maybeTitle",
            )?,
            maybe_owner: ::syncline::__private::field(
                record,
                17usize,
                "Kind",
                "maybeOwner",
            )?,
            maybe_count: ::syncline::__private::field(
                record,
                18usize,
                "Kind",
                "maybeCount",
            )?,
            maybe_share: ::syncline::__private::field(
                record,
                19usize,
                "Kind",
                "maybeShare",
            )?,
            maybe_open: ::syncline::__private::field(
                record,
                20usize,
                "Kind",
                "maybeOpen",
            )?,
            maybe_day: ::syncline::__private::field(
                record,
                21usize,
                "Kind",
                "maybeDay",
            )?,
            maybe_time: ::syncline::__private::field(
                record,
                22usize,
                "Kind",
                "maybeTime",
            )?,
            maybe_at: ::syncline::__private::field(record, 23usize, "Kind", "maybeAt")?,
            maybe_seen: ::syncline::__private::field(
                record,
                24usize,
                "Kind",
                "maybeSeen",
            )?,
            maybe_mail: ::syncline::__private::field(
                record,
                25usize,
                "Kind",
                "maybeMail",
            )?,
            maybe_extra: ::syncline::__private::field(
                record,
                26usize,
                "Kind",
                "maybeExtra",
            )?,
            maybe_link: ::syncline::__private::field(
                record,
                27usize,
                "Kind",
                "maybeLink",
            )?,
            maybe_phone: ::syncline::__private::field(
                record,
                28usize,
                "Kind",
                "maybePhone",
            )?,
            maybe_ip: ::syncline::__private::field(record, 29usize, "Kind", "maybeIp")?,
            maybe_mood: ::syncline::__private::field(
                record,
                30usize,
                "Kind",
                "maybeMood",
            )?,
            hint: ::syncline::__private::field(record, 31usize, "Kind", "hint")?,
            id: ::syncline::__private::field(record, 32usize, "Kind", "id")?,
            created_at: ::syncline::__private::field(
                record,
                33usize,
                "Kind",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                34usize,
                "Kind",
                "updatedAt",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Lists` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Lists {
    /// `texts: [String]`
    #[serde(rename = "texts")]
    pub texts: ::std::option::Option<
        ::std::vec::Vec<::std::option::Option<::std::string::String>>,
    >,
    /// `allTexts: [String!]`
    #[serde(rename = "allTexts")]
    pub all_texts: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    /// `someTexts: [String]!`
    #[serde(rename = "someTexts")]
    pub some_texts: ::std::vec::Vec<::std::option::Option<::std::string::String>>,
    /// `strictTexts: [String!]!`
    #[serde(rename = "strictTexts")]
    pub strict_texts: ::std::vec::Vec<::std::string::String>,
    /// `moods: [Mood]`
    #[serde(rename = "moods")]
    pub moods: ::std::option::Option<::std::vec::Vec<::std::option::Option<Mood>>>,
    /// `allMoods: [Mood!]`
    #[serde(rename = "allMoods")]
    pub all_moods: ::std::option::Option<::std::vec::Vec<Mood>>,
    /// `someMoods: [Mood]!`
    #[serde(rename = "someMoods")]
    pub some_moods: ::std::vec::Vec<::std::option::Option<Mood>>,
    /// `strictMoods: [Mood!]!`
    #[serde(rename = "strictMoods")]
    pub strict_moods: ::std::vec::Vec<Mood>,
    /// `places: [Geo]`
    #[serde(rename = "places")]
    pub places: ::std::option::Option<::std::vec::Vec<::std::option::Option<Geo>>>,
    /// `allPlaces: [Geo!]`
    #[serde(rename = "allPlaces")]
    pub all_places: ::std::option::Option<::std::vec::Vec<Geo>>,
    /// `somePlaces: [Geo]!`
    #[serde(rename = "somePlaces")]
    pub some_places: ::std::vec::Vec<::std::option::Option<Geo>>,
    /// `strictPlaces: [Geo!]!`
    #[serde(rename = "strictPlaces")]
    pub strict_places: ::std::vec::Vec<Geo>,
    /// `numbers: [Int!]`
    #[serde(rename = "numbers")]
    pub numbers: ::std::option::Option<::std::vec::Vec<i32>>,
    /// `shares: [Float]`
    #[serde(rename = "shares")]
    pub shares: ::std::option::Option<::std::vec::Vec<::std::option::Option<f64>>>,
    /// `flags: [Boolean!]`
    #[serde(rename = "flags")]
    pub flags: ::std::option::Option<::std::vec::Vec<bool>>,
    /// `days: [AWSDate!]`
    #[serde(rename = "days")]
    pub days: ::std::option::Option<::std::vec::Vec<::syncline::scalar::AwsDate>>,
    /// `stamps: [AWSTimestamp]`
    #[serde(rename = "stamps")]
    pub stamps: ::std::option::Option<
        ::std::vec::Vec<::std::option::Option<::syncline::scalar::AwsTimestamp>>,
    >,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Lists {
    /// A new `Lists` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(
        some_texts: ::std::vec::Vec<::std::option::Option<::std::string::String>>,
        strict_texts: ::std::vec::Vec<::std::string::String>,
        some_moods: ::std::vec::Vec<::std::option::Option<Mood>>,
        strict_moods: ::std::vec::Vec<Mood>,
        some_places: ::std::vec::Vec<::std::option::Option<Geo>>,
        strict_places: ::std::vec::Vec<Geo>,
    ) -> Self {
        Self {
            texts: ::std::option::Option::None,
            all_texts: ::std::option::Option::None,
            some_texts,
            strict_texts,
            moods: ::std::option::Option::None,
            all_moods: ::std::option::Option::None,
            some_moods,
            strict_moods,
            places: ::std::option::Option::None,
            all_places: ::std::option::Option::None,
            some_places,
            strict_places,
            numbers: ::std::option::Option::None,
            shares: ::std::option::Option::None,
            flags: ::std::option::Option::None,
            days: ::std::option::Option::None,
            stamps: ::std::option::Option::None,
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The field `texts`, for predicates and sorting.
    pub const TEXTS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::std::string::String>,
    > = ::syncline::predicate::TypedField::new("texts");
    /// The field `allTexts`, for predicates and sorting.
    pub const ALL_TEXTS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::std::string::String>,
    > = ::syncline::predicate::TypedField::new("allTexts");
    /// The field `someTexts`, for predicates and sorting.
    pub const SOME_TEXTS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::std::string::String>,
    > = ::syncline::predicate::TypedField::new("someTexts");
    /// The field `strictTexts`, for predicates and sorting.
    pub const STRICT_TEXTS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::std::string::String>,
    > = ::syncline::predicate::TypedField::new("strictTexts");
    /// The field `moods`, for predicates and sorting.
    pub const MOODS: ::syncline::predicate::TypedField<Lists, ::std::vec::Vec<Mood>> = ::syncline::predicate::TypedField::new(
        "moods",
    );
    /// The field `allMoods`, for predicates and sorting.
    pub const ALL_MOODS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Mood>,
    > = ::syncline::predicate::TypedField::new("allMoods");
    /// The field `someMoods`, for predicates and sorting.
    pub const SOME_MOODS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Mood>,
    > = ::syncline::predicate::TypedField::new("someMoods");
    /// The field `strictMoods`, for predicates and sorting.
    pub const STRICT_MOODS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Mood>,
    > = ::syncline::predicate::TypedField::new("strictMoods");
    /// The field `places`, for predicates and sorting.
    pub const PLACES: ::syncline::predicate::TypedField<Lists, ::std::vec::Vec<Geo>> = ::syncline::predicate::TypedField::new(
        "places",
    );
    /// The field `allPlaces`, for predicates and sorting.
    pub const ALL_PLACES: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Geo>,
    > = ::syncline::predicate::TypedField::new("allPlaces");
    /// The field `somePlaces`, for predicates and sorting.
    pub const SOME_PLACES: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Geo>,
    > = ::syncline::predicate::TypedField::new("somePlaces");
    /// The field `strictPlaces`, for predicates and sorting.
    pub const STRICT_PLACES: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<Geo>,
    > = ::syncline::predicate::TypedField::new("strictPlaces");
    /// The field `numbers`, for predicates and sorting.
    pub const NUMBERS: ::syncline::predicate::TypedField<Lists, ::std::vec::Vec<i32>> = ::syncline::predicate::TypedField::new(
        "numbers",
    );
    /// The field `shares`, for predicates and sorting.
    pub const SHARES: ::syncline::predicate::TypedField<Lists, ::std::vec::Vec<f64>> = ::syncline::predicate::TypedField::new(
        "shares",
    );
    /// The field `flags`, for predicates and sorting.
    pub const FLAGS: ::syncline::predicate::TypedField<Lists, ::std::vec::Vec<bool>> = ::syncline::predicate::TypedField::new(
        "flags",
    );
    /// The field `days`, for predicates and sorting.
    pub const DAYS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::syncline::scalar::AwsDate>,
    > = ::syncline::predicate::TypedField::new("days");
    /// The field `stamps`, for predicates and sorting.
    pub const STAMPS: ::syncline::predicate::TypedField<
        Lists,
        ::std::vec::Vec<::syncline::scalar::AwsTimestamp>,
    > = ::syncline::predicate::TypedField::new("stamps");
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Lists, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Lists,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Lists,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Lists {
    const NAME: &'static str = "Lists";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.texts),
                ::syncline::__private::value(& self.all_texts),
                ::syncline::__private::value(& self.some_texts),
                ::syncline::__private::value(& self.strict_texts),
                ::syncline::__private::value(& self.moods),
                ::syncline::__private::value(& self.all_moods),
                ::syncline::__private::value(& self.some_moods),
                ::syncline::__private::value(& self.strict_moods),
                ::syncline::__private::value(& self.places),
                ::syncline::__private::value(& self.all_places),
                ::syncline::__private::value(& self.some_places),
                ::syncline::__private::value(& self.strict_places),
                ::syncline::__private::value(& self.numbers),
                ::syncline::__private::value(& self.shares),
                ::syncline::__private::value(& self.flags),
                ::syncline::__private::value(& self.days), ::syncline::__private::value(&
                self.stamps), ::syncline::__private::value(& self.id),
                ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            texts: ::syncline::__private::field(record, 0usize, "Lists", "texts")?,
            all_texts: ::syncline::__private::field(
                record,
                1usize,
                "Lists",
                "allTexts",
            )?,
            some_texts: ::syncline::__private::field(
                record,
                2usize,
                "Lists",
                "someTexts",
            )?,
            strict_texts: ::syncline::__private::field(
                record,
                3usize,
                "Lists",
                "strictTexts",
            )?,
            moods: ::syncline::__private::field(record, 4usize, "Lists", "moods")?,
            all_moods: ::syncline::__private::field(
                record,
                5usize,
                "Lists",
                "allMoods",
            )?,
            some_moods: ::syncline::__private::field(
                record,
                6usize,
                "Lists",
                "someMoods",
            )?,
            strict_moods: ::syncline::__private::field(
                record,
                7usize,
                "Lists",
                "strictMoods",
            )?,
            places: ::syncline::__private::field(record, 8usize, "Lists", "places")?,
            all_places: ::syncline::__private::field(
                record,
                9usize,
                "Lists",
                "allPlaces",
            )?,
            some_places: ::syncline::__private::field(
                record,
                10usize,
                "Lists",
                "somePlaces",
            )?,
            strict_places: ::syncline::__private::field(
                record,
                11usize,
                "Lists",
                "strictPlaces",
            )?,
            numbers: ::syncline::__private::field(record, 12usize, "Lists", "numbers")?,
            shares: ::syncline::__private::field(record, 13usize, "Lists", "shares")?,
            flags: ::syncline::__private::field(record, 14usize, "Lists", "flags")?,
            days: ::syncline::__private::field(record, 15usize, "Lists", "days")?,
            stamps: ::syncline::__private::field(record, 16usize, "Lists", "stamps")?,
            id: ::syncline::__private::field(record, 17usize, "Lists", "id")?,
            created_at: ::syncline::__private::field(
                record,
                18usize,
                "Lists",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                19usize,
                "Lists",
                "updatedAt",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Defaults` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Defaults {
    /// `name: String!`
    #[serde(rename = "name")]
    pub name: ::std::string::String,
    /// `text: String`, with a default.
    #[serde(rename = "text")]
    pub text: ::std::option::Option<::std::string::String>,
    /// `count: Int`, with a default.
    #[serde(rename = "count")]
    pub count: ::std::option::Option<i32>,
    /// `share: Float`, with a default.
    #[serde(rename = "share")]
    pub share: ::std::option::Option<f64>,
    /// `open: Boolean!`, with a default.
    #[serde(rename = "open")]
    pub open: bool,
    /// `mood: Mood!`, with a default.
    #[serde(rename = "mood")]
    pub mood: Mood,
    /// `since: AWSDate`, with a default.
    #[serde(rename = "since")]
    pub since: ::std::option::Option<::syncline::scalar::AwsDate>,
    /// `at: AWSTimestamp`, with a default.
    #[serde(rename = "at")]
    pub at: ::std::option::Option<::syncline::scalar::AwsTimestamp>,
    /// `extra: AWSJSON`, with a default.
    #[serde(rename = "extra")]
    pub extra: ::std::option::Option<::syncline::scalar::AwsJson>,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Defaults {
    /// A new `Defaults` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(name: impl ::std::convert::Into<::std::string::String>) -> Self {
        Self {
            name: name.into(),
            text: ::std::option::Option::Some(::std::string::String::from("none")),
            count: ::std::option::Option::Some(-1_234_567_i32),
            share: ::std::option::Option::Some(2.0_f64),
            open: true,
            mood: Mood::Good,
            since: ::std::option::Option::Some(
                ::syncline::__private::text::<::syncline::scalar::AwsDate>("2020-01-31"),
            ),
            at: ::std::option::Option::Some(::syncline::scalar::AwsTimestamp(0_i64)),
            extra: ::std::option::Option::Some(
                ::syncline::__private::text::<::syncline::scalar::AwsJson>("{}"),
            ),
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The field `name`, for predicates and sorting.
    pub const NAME: ::syncline::predicate::TypedField<Defaults, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "name",
    );
    /// The field `text`, for predicates and sorting.
    pub const TEXT: ::syncline::predicate::TypedField<Defaults, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "text",
    );
    /// The field `count`, for predicates and sorting.
    pub const COUNT: ::syncline::predicate::TypedField<Defaults, i32> = ::syncline::predicate::TypedField::new(
        "count",
    );
    /// The field `share`, for predicates and sorting.
    pub const SHARE: ::syncline::predicate::TypedField<Defaults, f64> = ::syncline::predicate::TypedField::new(
        "share",
    );
    /// The field `open`, for predicates and sorting.
    pub const OPEN: ::syncline::predicate::TypedField<Defaults, bool> = ::syncline::predicate::TypedField::new(
        "open",
    );
    /// The field `mood`, for predicates and sorting.
    pub const MOOD: ::syncline::predicate::TypedField<Defaults, Mood> = ::syncline::predicate::TypedField::new(
        "mood",
    );
    /// The field `since`, for predicates and sorting.
    pub const SINCE: ::syncline::predicate::TypedField<
        Defaults,
        ::syncline::scalar::AwsDate,
    > = ::syncline::predicate::TypedField::new("since");
    /// The field `at`, for predicates and sorting.
    pub const AT: ::syncline::predicate::TypedField<
        Defaults,
        ::syncline::scalar::AwsTimestamp,
    > = ::syncline::predicate::TypedField::new("at");
    /// The field `extra`, for predicates and sorting.
    pub const EXTRA: ::syncline::predicate::TypedField<
        Defaults,
        ::syncline::scalar::AwsJson,
    > = ::syncline::predicate::TypedField::new("extra");
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Defaults, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Defaults,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Defaults,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Defaults {
    const NAME: &'static str = "Defaults";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.name), ::syncline::__private::value(&
                self.text), ::syncline::__private::value(& self.count),
                ::syncline::__private::value(& self.share),
                ::syncline::__private::value(& self.open), ::syncline::__private::value(&
                self.mood), ::syncline::__private::value(& self.since),
                ::syncline::__private::value(& self.at), ::syncline::__private::value(&
                self.extra), ::syncline::__private::value(& self.id),
                ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            name: ::syncline::__private::field(record, 0usize, "Defaults", "name")?,
            text: ::syncline::__private::field(record, 1usize, "Defaults", "text")?,
            count: ::syncline::__private::field(record, 2usize, "Defaults", "count")?,
            share: ::syncline::__private::field(record, 3usize, "Defaults", "share")?,
            open: ::syncline::__private::field(record, 4usize, "Defaults", "open")?,
            mood: ::syncline::__private::field(record, 5usize, "Defaults", "mood")?,
            since: ::syncline::__private::field(record, 6usize, "Defaults", "since")?,
            at: ::syncline::__private::field(record, 7usize, "Defaults", "at")?,
            extra: ::syncline::__private::field(record, 8usize, "Defaults", "extra")?,
            id: ::syncline::__private::field(record, 9usize, "Defaults", "id")?,
            created_at: ::syncline::__private::field(
                record,
                10usize,
                "Defaults",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                11usize,
                "Defaults",
                "updatedAt",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Shop` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Shop {
    /// `country: String!`
    #[serde(rename = "country")]
    pub country: ::std::string::String,
    /// `number: Int!`
    #[serde(rename = "number")]
    pub number: i32,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `shopManagerId: ID`, the key of `manager`.
    #[serde(rename = "shopManagerId")]
    pub shop_manager_id: ::std::option::Option<::std::string::String>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Shop {
    /// A new `Shop`; what may be null is null.
    #[must_use]
    pub fn new(
        country: impl ::std::convert::Into<::std::string::String>,
        number: i32,
    ) -> Self {
        Self {
            country: country.into(),
            number,
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            shop_manager_id: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The records of `Shop.orders`: a query of `Order`, to be filtered, sorted and paged further.
    #[must_use]
    pub fn orders<S: ::syncline::model::Source>(&self, source: &S) -> S::Query<Order> {
        ::syncline::__private::many(
            source,
            [
                ("shopOrdersCountry", ::syncline::__private::value(&self.country)),
                ("shopOrdersNumber", ::syncline::__private::value(&self.number)),
            ],
        )
    }
    /// The `Person` of `Shop.manager`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn manager<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Person>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![::syncline::__private::value(& self.shop_manager_id)],
            )
            .await
    }
    /// The records of `Shop.tags`: a query of `ShopTag`, to be filtered, sorted and paged further.
    #[must_use]
    pub fn tags<S: ::syncline::model::Source>(&self, source: &S) -> S::Query<ShopTag> {
        ::syncline::__private::many(
            source,
            [
                ("shopCountry", ::syncline::__private::value(&self.country)),
                ("shopnumber", ::syncline::__private::value(&self.number)),
            ],
        )
    }
    /// The field `country`, for predicates and sorting.
    pub const COUNTRY: ::syncline::predicate::TypedField<Shop, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "country",
    );
    /// The field `number`, for predicates and sorting.
    pub const NUMBER: ::syncline::predicate::TypedField<Shop, i32> = ::syncline::predicate::TypedField::new(
        "number",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Shop,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Shop,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
    /// The field `shopManagerId`, for predicates and sorting.
    pub const SHOP_MANAGER_ID: ::syncline::predicate::TypedField<
        Shop,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("shopManagerId");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Shop {
    const NAME: &'static str = "Shop";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.country),
                ::syncline::__private::value(& self.number),
                ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
                ::syncline::__private::value(& self.shop_manager_id),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            country: ::syncline::__private::field(record, 0usize, "Shop", "country")?,
            number: ::syncline::__private::field(record, 1usize, "Shop", "number")?,
            created_at: ::syncline::__private::field(
                record,
                2usize,
                "Shop",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                3usize,
                "Shop",
                "updatedAt",
            )?,
            shop_manager_id: ::syncline::__private::field(
                record,
                4usize,
                "Shop",
                "shopManagerId",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Order` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Order {
    /// `sum: Float`
    #[serde(rename = "sum")]
    pub sum: ::std::option::Option<f64>,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `shopOrdersCountry: String`, the key of `shop`.
    #[serde(rename = "shopOrdersCountry")]
    pub shop_orders_country: ::std::option::Option<::std::string::String>,
    /// `shopOrdersNumber: Int`, the key of `shop`.
    #[serde(rename = "shopOrdersNumber")]
    pub shop_orders_number: ::std::option::Option<i32>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Order {
    /// A new `Order` with an id of its own; what may be null is null.
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "a default value would not be new each time"
    )]
    pub fn new() -> Self {
        Self {
            sum: ::std::option::Option::None,
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            shop_orders_country: ::std::option::Option::None,
            shop_orders_number: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The `Shop` of `Order.shop`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn shop<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Shop>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![
                    ::syncline::__private::value(& self.shop_orders_country),
                    ::syncline::__private::value(& self.shop_orders_number)
                ],
            )
            .await
    }
    /// The records of `Order.lines`: a query of `Line`, to be filtered, sorted and paged further.
    #[must_use]
    pub fn lines<S: ::syncline::model::Source>(&self, source: &S) -> S::Query<Line> {
        ::syncline::__private::many(
            source,
            [("orderLinesId", ::syncline::__private::value(&self.id))],
        )
    }
    /// The field `sum`, for predicates and sorting.
    pub const SUM: ::syncline::predicate::TypedField<Order, f64> = ::syncline::predicate::TypedField::new(
        "sum",
    );
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Order, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Order,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Order,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
    /// The field `shopOrdersCountry`, for predicates and sorting.
    pub const SHOP_ORDERS_COUNTRY: ::syncline::predicate::TypedField<
        Order,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("shopOrdersCountry");
    /// The field `shopOrdersNumber`, for predicates and sorting.
    pub const SHOP_ORDERS_NUMBER: ::syncline::predicate::TypedField<Order, i32> = ::syncline::predicate::TypedField::new(
        "shopOrdersNumber",
    );
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Order {
    const NAME: &'static str = "Order";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.sum), ::syncline::__private::value(&
                self.id), ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
                ::syncline::__private::value(& self.shop_orders_country),
                ::syncline::__private::value(& self.shop_orders_number),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            sum: ::syncline::__private::field(record, 0usize, "Order", "sum")?,
            id: ::syncline::__private::field(record, 1usize, "Order", "id")?,
            created_at: ::syncline::__private::field(
                record,
                2usize,
                "Order",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                3usize,
                "Order",
                "updatedAt",
            )?,
            shop_orders_country: ::syncline::__private::field(
                record,
                4usize,
                "Order",
                "shopOrdersCountry",
            )?,
            shop_orders_number: ::syncline::__private::field(
                record,
                5usize,
                "Order",
                "shopOrdersNumber",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Line` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Line {
    /// `text: String!`
    #[serde(rename = "text")]
    pub text: ::std::string::String,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `orderLinesId: ID!`, the key of `order`.
    #[serde(rename = "orderLinesId")]
    pub order_lines_id: ::std::string::String,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Line {
    /// A new `Line` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(
        text: impl ::std::convert::Into<::std::string::String>,
        order_lines_id: impl ::std::convert::Into<::std::string::String>,
    ) -> Self {
        Self {
            text: text.into(),
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            order_lines_id: order_lines_id.into(),
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The `Order` of `Line.order`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn order<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Order>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![::syncline::__private::value(& self.order_lines_id)],
            )
            .await
    }
    /// The field `text`, for predicates and sorting.
    pub const TEXT: ::syncline::predicate::TypedField<Line, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "text",
    );
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Line, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Line,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Line,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
    /// The field `orderLinesId`, for predicates and sorting.
    pub const ORDER_LINES_ID: ::syncline::predicate::TypedField<
        Line,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("orderLinesId");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Line {
    const NAME: &'static str = "Line";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.text), ::syncline::__private::value(&
                self.id), ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
                ::syncline::__private::value(& self.order_lines_id),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            text: ::syncline::__private::field(record, 0usize, "Line", "text")?,
            id: ::syncline::__private::field(record, 1usize, "Line", "id")?,
            created_at: ::syncline::__private::field(
                record,
                2usize,
                "Line",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                3usize,
                "Line",
                "updatedAt",
            )?,
            order_lines_id: ::syncline::__private::field(
                record,
                4usize,
                "Line",
                "orderLinesId",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Person` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Person {
    /// `name: String!`
    #[serde(rename = "name")]
    pub name: ::std::string::String,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `personReportsId: ID`, the key of `boss`.
    #[serde(rename = "personReportsId")]
    pub person_reports_id: ::std::option::Option<::std::string::String>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Person {
    /// A new `Person` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(name: impl ::std::convert::Into<::std::string::String>) -> Self {
        Self {
            name: name.into(),
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            person_reports_id: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The `Person` of `Person.boss`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn boss<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Person>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![::syncline::__private::value(& self.person_reports_id)],
            )
            .await
    }
    /// The records of `Person.reports`: a query of `Person`, to be filtered, sorted and paged further.
    #[must_use]
    pub fn reports<S: ::syncline::model::Source>(&self, source: &S) -> S::Query<Person> {
        ::syncline::__private::many(
            source,
            [("personReportsId", ::syncline::__private::value(&self.id))],
        )
    }
    /// The field `name`, for predicates and sorting.
    pub const NAME: ::syncline::predicate::TypedField<Person, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "name",
    );
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Person, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Person,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Person,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
    /// The field `personReportsId`, for predicates and sorting.
    pub const PERSON_REPORTS_ID: ::syncline::predicate::TypedField<
        Person,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("personReportsId");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Person {
    const NAME: &'static str = "Person";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.name), ::syncline::__private::value(&
                self.id), ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
                ::syncline::__private::value(& self.person_reports_id),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            name: ::syncline::__private::field(record, 0usize, "Person", "name")?,
            id: ::syncline::__private::field(record, 1usize, "Person", "id")?,
            created_at: ::syncline::__private::field(
                record,
                2usize,
                "Person",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                3usize,
                "Person",
                "updatedAt",
            )?,
            person_reports_id: ::syncline::__private::field(
                record,
                4usize,
                "Person",
                "personReportsId",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `Tag` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct Tag {
    /// `word: String!`
    #[serde(rename = "word")]
    pub word: ::std::string::String,
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl Tag {
    /// A new `Tag` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(word: impl ::std::convert::Into<::std::string::String>) -> Self {
        Self {
            word: word.into(),
            id: ::syncline::model::new_id(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The records of `Tag.shops`: a query of `ShopTag`, to be filtered, sorted and paged further.
    #[must_use]
    pub fn shops<S: ::syncline::model::Source>(&self, source: &S) -> S::Query<ShopTag> {
        ::syncline::__private::many(
            source,
            [("tagId", ::syncline::__private::value(&self.id))],
        )
    }
    /// The field `word`, for predicates and sorting.
    pub const WORD: ::syncline::predicate::TypedField<Tag, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "word",
    );
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<Tag, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        Tag,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        Tag,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for Tag {
    const NAME: &'static str = "Tag";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.word), ::syncline::__private::value(&
                self.id), ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            word: ::syncline::__private::field(record, 0usize, "Tag", "word")?,
            id: ::syncline::__private::field(record, 1usize, "Tag", "id")?,
            created_at: ::syncline::__private::field(
                record,
                2usize,
                "Tag",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                3usize,
                "Tag",
                "updatedAt",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The model `ShopTag` of the schema.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::syncline::__private::serde::Serialize,
    ::syncline::__private::serde::Deserialize,
)]
#[serde(crate = "::syncline::__private::serde")]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub struct ShopTag {
    /// `id: ID!`
    #[serde(rename = "id")]
    pub id: ::std::string::String,
    /// `shopCountry: String!`
    #[serde(rename = "shopCountry")]
    pub shop_country: ::std::string::String,
    /// `shopnumber: Int!`
    #[serde(rename = "shopnumber")]
    pub shopnumber: i32,
    /// `tagId: ID!`
    #[serde(rename = "tagId")]
    pub tag_id: ::std::string::String,
    /// `createdAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "createdAt")]
    pub created_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// `updatedAt: AWSDateTime`, written by the server; null until it has answered.
    #[serde(rename = "updatedAt")]
    pub updated_at: ::std::option::Option<::syncline::scalar::AwsDateTime>,
    /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
    #[doc(hidden)]
    #[serde(skip)]
    pub origin: ::syncline::model::Origin,
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ShopTag {
    /// A new `ShopTag` with an id of its own; what may be null is null.
    #[must_use]
    pub fn new(
        shop_country: impl ::std::convert::Into<::std::string::String>,
        shopnumber: i32,
        tag_id: impl ::std::convert::Into<::std::string::String>,
    ) -> Self {
        Self {
            id: ::syncline::model::new_id(),
            shop_country: shop_country.into(),
            shopnumber,
            tag_id: tag_id.into(),
            created_at: ::std::option::Option::None,
            updated_at: ::std::option::Option::None,
            origin: ::syncline::model::Origin::none(),
        }
    }
    /// The `Shop` of `ShopTag.shop`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn shop<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Shop>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![
                    ::syncline::__private::value(& self.shop_country),
                    ::syncline::__private::value(& self.shopnumber)
                ],
            )
            .await
    }
    /// The `Tag` of `ShopTag.tag`; `None` if there is none, or it is not on this device.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    pub async fn tag<S: ::syncline::model::Source>(
        &self,
        source: &S,
    ) -> ::std::result::Result<::std::option::Option<Tag>, ::syncline::Error> {
        ::syncline::__private::one(
                source,
                ::std::vec![::syncline::__private::value(& self.tag_id)],
            )
            .await
    }
    /// The field `id`, for predicates and sorting.
    pub const ID: ::syncline::predicate::TypedField<ShopTag, ::std::string::String> = ::syncline::predicate::TypedField::new(
        "id",
    );
    /// The field `shopCountry`, for predicates and sorting.
    pub const SHOP_COUNTRY: ::syncline::predicate::TypedField<
        ShopTag,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("shopCountry");
    /// The field `shopnumber`, for predicates and sorting.
    pub const SHOPNUMBER: ::syncline::predicate::TypedField<ShopTag, i32> = ::syncline::predicate::TypedField::new(
        "shopnumber",
    );
    /// The field `tagId`, for predicates and sorting.
    pub const TAG_ID: ::syncline::predicate::TypedField<
        ShopTag,
        ::std::string::String,
    > = ::syncline::predicate::TypedField::new("tagId");
    /// The field `createdAt`, for predicates and sorting.
    pub const CREATED_AT: ::syncline::predicate::TypedField<
        ShopTag,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("createdAt");
    /// The field `updatedAt`, for predicates and sorting.
    pub const UPDATED_AT: ::syncline::predicate::TypedField<
        ShopTag,
        ::syncline::scalar::AwsDateTime,
    > = ::syncline::predicate::TypedField::new("updatedAt");
}
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
impl ::syncline::model::Model for ShopTag {
    const NAME: &'static str = "ShopTag";
    fn to_record(&self) -> ::syncline::Record {
        ::syncline::Record(
            ::std::vec![
                ::syncline::__private::value(& self.id), ::syncline::__private::value(&
                self.shop_country), ::syncline::__private::value(& self.shopnumber),
                ::syncline::__private::value(& self.tag_id),
                ::syncline::__private::value(& self.created_at),
                ::syncline::__private::value(& self.updated_at),
            ],
        )
    }
    fn from_record(
        record: &::syncline::Record,
        read: ::syncline::model::Origin,
    ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
        ::std::result::Result::Ok(Self {
            id: ::syncline::__private::field(record, 0usize, "ShopTag", "id")?,
            shop_country: ::syncline::__private::field(
                record,
                1usize,
                "ShopTag",
                "shopCountry",
            )?,
            shopnumber: ::syncline::__private::field(
                record,
                2usize,
                "ShopTag",
                "shopnumber",
            )?,
            tag_id: ::syncline::__private::field(record, 3usize, "ShopTag", "tagId")?,
            created_at: ::syncline::__private::field(
                record,
                4usize,
                "ShopTag",
                "createdAt",
            )?,
            updated_at: ::syncline::__private::field(
                record,
                5usize,
                "ShopTag",
                "updatedAt",
            )?,
            origin: read,
        })
    }
    fn origin(&self) -> &::syncline::model::Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: ::syncline::model::Origin) {
        self.origin = origin;
    }
}
/// The schema that these models were made from.
#[must_use]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_lines,
    clippy::upper_case_acronyms,
    reason = "the schema says what there is and how it is called, the application what of it is used"
)]
pub fn schema() -> ::std::sync::Arc<::syncline::Schema> {
    static SCHEMA: ::std::sync::OnceLock<::std::sync::Arc<::syncline::Schema>> = ::std::sync::OnceLock::new();
    ::syncline::__private::schema(
        "{\"models\":[{\"name\":\"Kind\",\"plural\":\"Kinds\",\"subscriptions\":[\"onCreateKind\",\"onUpdateKind\",\"onDeleteKind\"],\"fields\":[{\"name\":\"title\",\"type\":\"String!\"},{\"name\":\"owner\",\"type\":\"ID!\"},{\"name\":\"count\",\"type\":\"Int!\"},{\"name\":\"share\",\"type\":\"Float!\"},{\"name\":\"open\",\"type\":\"Boolean!\"},{\"name\":\"day\",\"type\":\"AWSDate!\"},{\"name\":\"time\",\"type\":\"AWSTime!\"},{\"name\":\"at\",\"type\":\"AWSDateTime!\"},{\"name\":\"seen\",\"type\":\"AWSTimestamp!\"},{\"name\":\"mail\",\"type\":\"AWSEmail!\"},{\"name\":\"extra\",\"type\":\"AWSJSON!\"},{\"name\":\"link\",\"type\":\"AWSURL!\"},{\"name\":\"phone\",\"type\":\"AWSPhone!\"},{\"name\":\"ip\",\"type\":\"AWSIPAddress!\"},{\"name\":\"mood\",\"type\":\"Mood!\"},{\"name\":\"home\",\"type\":\"Address!\"},{\"name\":\"maybeTitle\",\"type\":\"String\"},{\"name\":\"maybeOwner\",\"type\":\"ID\"},{\"name\":\"maybeCount\",\"type\":\"Int\"},{\"name\":\"maybeShare\",\"type\":\"Float\"},{\"name\":\"maybeOpen\",\"type\":\"Boolean\"},{\"name\":\"maybeDay\",\"type\":\"AWSDate\"},{\"name\":\"maybeTime\",\"type\":\"AWSTime\"},{\"name\":\"maybeAt\",\"type\":\"AWSDateTime\"},{\"name\":\"maybeSeen\",\"type\":\"AWSTimestamp\"},{\"name\":\"maybeMail\",\"type\":\"AWSEmail\"},{\"name\":\"maybeExtra\",\"type\":\"AWSJSON\"},{\"name\":\"maybeLink\",\"type\":\"AWSURL\"},{\"name\":\"maybePhone\",\"type\":\"AWSPhone\"},{\"name\":\"maybeIp\",\"type\":\"AWSIPAddress\"},{\"name\":\"maybeMood\",\"type\":\"Mood\"},{\"name\":\"hint\",\"type\":\"Hint\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true}],\"key\":[32],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":33,\"updated_at\":34},{\"name\":\"Lists\",\"plural\":\"Lists\",\"subscriptions\":[\"onCreateLists\",\"onUpdateLists\",\"onDeleteLists\"],\"fields\":[{\"name\":\"texts\",\"type\":\"[String]\"},{\"name\":\"allTexts\",\"type\":\"[String!]\"},{\"name\":\"someTexts\",\"type\":\"[String]!\"},{\"name\":\"strictTexts\",\"type\":\"[String!]!\"},{\"name\":\"moods\",\"type\":\"[Mood]\"},{\"name\":\"allMoods\",\"type\":\"[Mood!]\"},{\"name\":\"someMoods\",\"type\":\"[Mood]!\"},{\"name\":\"strictMoods\",\"type\":\"[Mood!]!\"},{\"name\":\"places\",\"type\":\"[Geo]\"},{\"name\":\"allPlaces\",\"type\":\"[Geo!]\"},{\"name\":\"somePlaces\",\"type\":\"[Geo]!\"},{\"name\":\"strictPlaces\",\"type\":\"[Geo!]!\"},{\"name\":\"numbers\",\"type\":\"[Int!]\"},{\"name\":\"shares\",\"type\":\"[Float]\"},{\"name\":\"flags\",\"type\":\"[Boolean!]\"},{\"name\":\"days\",\"type\":\"[AWSDate!]\"},{\"name\":\"stamps\",\"type\":\"[AWSTimestamp]\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true}],\"key\":[17],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":18,\"updated_at\":19},{\"name\":\"Defaults\",\"plural\":\"Defaults\",\"subscriptions\":[\"onCreateDefaults\",\"onUpdateDefaults\",\"onDeleteDefaults\"],\"fields\":[{\"name\":\"name\",\"type\":\"String!\"},{\"name\":\"text\",\"type\":\"String\",\"default\":\"none\"},{\"name\":\"count\",\"type\":\"Int\",\"default\":-1234567},{\"name\":\"share\",\"type\":\"Float\",\"default\":2.0},{\"name\":\"open\",\"type\":\"Boolean!\",\"default\":true},{\"name\":\"mood\",\"type\":\"Mood!\",\"default\":\"GOOD\"},{\"name\":\"since\",\"type\":\"AWSDate\",\"default\":\"2020-01-31\"},{\"name\":\"at\",\"type\":\"AWSTimestamp\",\"default\":0},{\"name\":\"extra\",\"type\":\"AWSJSON\",\"default\":\"{}\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true}],\"key\":[9],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":10,\"updated_at\":11},{\"name\":\"Shop\",\"plural\":\"Shops\",\"subscriptions\":[\"onCreateShop\",\"onUpdateShop\",\"onDeleteShop\"],\"fields\":[{\"name\":\"country\",\"type\":\"String!\"},{\"name\":\"number\",\"type\":\"Int!\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"shopManagerId\",\"type\":\"ID\",\"source\":\"foreignKey\"}],\"key\":[0,1],\"custom_key\":true,\"relations\":[{\"name\":\"orders\",\"kind\":\"hasMany\",\"target\":4,\"fields\":[0,1],\"target_fields\":[4,5],\"index\":0},{\"name\":\"manager\",\"kind\":\"hasOne\",\"target\":6,\"fields\":[4],\"target_fields\":[1]},{\"name\":\"tags\",\"kind\":\"hasMany\",\"target\":8,\"fields\":[0,1],\"target_fields\":[1,2],\"index\":0}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":2,\"updated_at\":3},{\"name\":\"Order\",\"plural\":\"Orders\",\"subscriptions\":[\"onCreateOrder\",\"onUpdateOrder\",\"onDeleteOrder\"],\"fields\":[{\"name\":\"sum\",\"type\":\"Float\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"shopOrdersCountry\",\"type\":\"String\",\"source\":\"foreignKey\"},{\"name\":\"shopOrdersNumber\",\"type\":\"Int\",\"source\":\"foreignKey\"}],\"key\":[1],\"indexes\":[{\"name\":\"gsi-Shop.orders\",\"fields\":[4,5],\"query\":null}],\"relations\":[{\"name\":\"shop\",\"kind\":\"belongsTo\",\"target\":3,\"fields\":[4,5],\"target_fields\":[0,1]},{\"name\":\"lines\",\"kind\":\"hasMany\",\"target\":5,\"fields\":[1],\"target_fields\":[4],\"index\":0,\"required\":true}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":2,\"updated_at\":3},{\"name\":\"Line\",\"plural\":\"Lines\",\"subscriptions\":[\"onCreateLine\",\"onUpdateLine\",\"onDeleteLine\"],\"fields\":[{\"name\":\"text\",\"type\":\"String!\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"orderLinesId\",\"type\":\"ID!\",\"source\":\"foreignKey\"}],\"key\":[1],\"indexes\":[{\"name\":\"gsi-Order.lines\",\"fields\":[4],\"query\":null}],\"relations\":[{\"name\":\"order\",\"kind\":\"belongsTo\",\"target\":4,\"fields\":[4],\"target_fields\":[1],\"required\":true}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":2,\"updated_at\":3},{\"name\":\"Person\",\"plural\":\"People\",\"subscriptions\":[\"onCreatePerson\",\"onUpdatePerson\",\"onDeletePerson\"],\"fields\":[{\"name\":\"name\",\"type\":\"String!\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"personReportsId\",\"type\":\"ID\",\"source\":\"foreignKey\"}],\"key\":[1],\"indexes\":[{\"name\":\"gsi-Person.reports\",\"fields\":[4],\"query\":null}],\"relations\":[{\"name\":\"boss\",\"kind\":\"belongsTo\",\"target\":6,\"fields\":[4],\"target_fields\":[1]},{\"name\":\"reports\",\"kind\":\"hasMany\",\"target\":6,\"fields\":[1],\"target_fields\":[4],\"index\":0}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":2,\"updated_at\":3},{\"name\":\"Tag\",\"plural\":\"Tags\",\"subscriptions\":[\"onCreateTag\",\"onUpdateTag\",\"onDeleteTag\"],\"fields\":[{\"name\":\"word\",\"type\":\"String!\"},{\"name\":\"id\",\"type\":\"ID!\",\"source\":\"id\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true}],\"key\":[1],\"relations\":[{\"name\":\"shops\",\"kind\":\"hasMany\",\"target\":8,\"fields\":[1],\"target_fields\":[3],\"index\":1}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":2,\"updated_at\":3},{\"name\":\"ShopTag\",\"plural\":\"ShopTags\",\"subscriptions\":[\"onCreateShopTag\",\"onUpdateShopTag\",\"onDeleteShopTag\"],\"fields\":[{\"name\":\"id\",\"type\":\"ID!\"},{\"name\":\"shopCountry\",\"type\":\"String!\"},{\"name\":\"shopnumber\",\"type\":\"Int!\"},{\"name\":\"tagId\",\"type\":\"ID!\"},{\"name\":\"createdAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true},{\"name\":\"updatedAt\",\"type\":\"AWSDateTime\",\"source\":\"timestamp\",\"read_only\":true}],\"key\":[0],\"indexes\":[{\"name\":\"byShop\",\"fields\":[1,2],\"query\":\"shopTagsByShopCountryAndShopnumber\"},{\"name\":\"byTag\",\"fields\":[3],\"query\":\"shopTagsByTagId\"}],\"relations\":[{\"name\":\"shop\",\"kind\":\"belongsTo\",\"target\":3,\"fields\":[1,2],\"target_fields\":[0,1],\"required\":true},{\"name\":\"tag\",\"kind\":\"belongsTo\",\"target\":7,\"fields\":[3],\"target_fields\":[1],\"required\":true}],\"auth\":[{\"allow\":\"public\",\"provider\":\"apiKey\",\"operations\":[\"create\",\"update\",\"delete\",\"get\",\"list\",\"listen\",\"sync\",\"search\"]}],\"created_at\":4,\"updated_at\":5}],\"enums\":[{\"name\":\"Mood\",\"values\":[\"GOOD\",\"BAD\"]}],\"types\":[{\"name\":\"Geo\",\"fields\":[{\"name\":\"lat\",\"type\":\"Float!\"},{\"name\":\"lon\",\"type\":\"Float!\"},{\"name\":\"label\",\"type\":\"String\"}]},{\"name\":\"Address\",\"fields\":[{\"name\":\"street\",\"type\":\"String!\"},{\"name\":\"zip\",\"type\":\"Int\"},{\"name\":\"geo\",\"type\":\"Geo\"},{\"name\":\"past\",\"type\":\"[Geo!]\"},{\"name\":\"moods\",\"type\":\"[Mood]!\"},{\"name\":\"since\",\"type\":\"AWSDate\"}]},{\"name\":\"Hint\",\"fields\":[{\"name\":\"text\",\"type\":\"String\"},{\"name\":\"mood\",\"type\":\"Mood\"}]}]}",
        &SCHEMA,
    )
}
