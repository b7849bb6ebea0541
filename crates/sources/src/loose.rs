//! Values of JSON records: a value of another type than its field is lost alone, and the rest of the record is read.

use super::excerpt;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use starcite_core::Date;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A value of a record.
#[derive(Debug, Default)]
pub(super) enum Loose<T> {
    /// It is missing, or null.
    #[default]
    Absent,
    Good(T),
    /// An unusable value: its beginning, or its type. Boxed to be small, because records have many values, and nearly all are good.
    Bad(Box<str>),
}

/// A text, or a number as it is written.
pub(super) type Text<'a> = Loose<Cow<'a, str>>;
/// A whole number, also as a text or with a fraction of zero.
pub(super) type Number = Loose<i64>;
/// An object.
pub(super) type Maybe<T> = Loose<Object<T>>;
/// A list, or a single value as one.
pub(super) type List<T> = Loose<Vec<Loose<T>>>;
/// A list of objects, or a single one.
pub(super) type Objects<T> = List<Object<T>>;

/// A type that values of some types of JSON can become; each function returns `None` for a value that can't.
pub(super) trait OfJson<'de>: Sized {
    fn text(_: Cow<'de, str>) -> Option<Self> {
        None
    }

    fn integer(_: i128) -> Option<Self> {
        None
    }

    fn float(_: f64) -> Option<Self> {
        None
    }

    fn truth(_: bool) -> Option<Self> {
        None
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// An object of some fields.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

/// A text, or of an object its `id`.
#[derive(Debug)]
pub(super) struct Id<'a>(Cow<'a, str>);

impl<T> Loose<T> {
    /// Returns the value, if it is good.
    pub(super) fn good(&self) -> Option<&T> {
        if let Self::Good(value) = self { Some(value) } else { None }
    }

    pub(super) fn into_good(self) -> Option<T> {
        if let Self::Good(value) = self { Some(value) } else { None }
    }

    /// Returns the beginning or type of an unusable value.
    pub(super) fn bad(&self) -> Option<&str> {
        if let Self::Bad(value) = self { Some(value) } else { None }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> Loose<Object<T>> {
    /// Returns the fields of the object.
    pub(super) fn fields(&self) -> Option<&T> {
        self.good().map(|object| &object.0)
    }

    /// Returns a text of the object; of an unusable object an unusable text.
    pub(super) fn text<'t>(&'t self, of: impl FnOnce(&'t T) -> &'t Text<'_>) -> Text<'t> {
        match self {
            Self::Absent => Loose::Absent,
            Self::Good(object) => of(&object.0).view(),
            Self::Bad(value) => Loose::Bad(value.clone()),
        }
    }
}

impl<T> Loose<Vec<Loose<T>>> {
    /// Iterates over the good values of the list.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.good().into_iter().flatten().filter_map(Loose::good)
    }
}

impl<T> Loose<Vec<Loose<Object<T>>>> {
    /// Iterates over the fields of each object of the list.
    pub(super) fn objects(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|object| &object.0)
    }
}

impl Text<'_> {
    /// Returns the text without the whitespace around it; `None` if nothing is left.
    pub(super) fn get(&self) -> Option<&str> {
        self.good().map(|text| trimmed(text)).filter(|text| !text.is_empty())
    }

    /// Returns the text as written, good or bad.
    pub(super) fn written(&self) -> Option<String> {
        self.get().or(self.bad()).map(str::to_owned)
    }

    /// Reads the date in the text.
    pub(super) fn date(&self) -> Loose<Date> {
        match self.get() {
            None => self.bad().map_or(Loose::Absent, |value| Loose::Bad(value.into())),
            Some(text) => Date::read(text).map_or_else(|| Loose::Bad(text.into()), Loose::Good),
        }
    }

    /// Borrows the value.
    pub(super) fn view(&self) -> Text<'_> {
        match self {
            Self::Absent => Loose::Absent,
            Self::Good(text) => Loose::Good(Cow::Borrowed(text)),
            Self::Bad(value) => Loose::Bad(value.clone()),
        }
    }
}

/// Returns a text without the whitespace around it; decodes nothing if its first and last bytes are visible ASCII, as nearly all are.
fn trimmed(text: &str) -> &str {
    let is_solid = |byte: &u8| byte.is_ascii_graphic();
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(is_solid) && bytes.last().is_some_and(is_solid) { text } else { text.trim() }
}

impl<'a> From<Option<&'a str>> for Text<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, |text| Self::Good(text.into()))
    }
}

impl Loose<Id<'_>> {
    pub(super) fn get(&self) -> Option<&str> {
        self.good().map(|id| id.0.trim()).filter(|text| !text.is_empty())
    }
}

impl<'de: 'a, 'a> OfJson<'de> for Cow<'a, str> {
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }

    fn integer(number: i128) -> Option<Self> {
        Some(number.to_string().into())
    }

    fn float(number: f64) -> Option<Self> {
        Some(number.to_string().into())
    }
}

impl<'de: 'a, 'a> OfJson<'de> for Id<'a> {
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(Self(text))
    }

    fn integer(number: i128) -> Option<Self> {
        Some(Self(number.to_string().into()))
    }

    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let mut id = Text::Absent;
        while let Some(key) = object.next_key::<Text<'_>>()? {
            if key.get() == Some("id") {
                id = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(if let Loose::Good(id) = id { Some(Self(id)) } else { None })
    }
}

impl OfJson<'_> for i64 {
    fn text(text: Cow<'_, str>) -> Option<Self> {
        let text = text.trim();
        text.parse().ok().or_else(|| text.parse().ok().and_then(Self::float))
    }

    fn integer(number: i128) -> Option<Self> {
        number.try_into().ok()
    }

    fn float(number: f64) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
        (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as Self)
    }
}

impl OfJson<'_> for bool {
    fn truth(truth: bool) -> Option<Self> {
        Some(truth)
    }
}

impl<'de, T: Deserialize<'de>> OfJson<'de> for Object<T> {
    fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(|fields| Some(Self(fields)))
    }
}

impl<'de, T: OfJson<'de>> OfJson<'de> for Vec<Loose<T>> {
    fn text(text: Cow<'de, str>) -> Option<Self> {
        T::text(text).map(|one| vec![Loose::Good(one)])
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        const MAX_ROOM: usize = 1024; // a stated length may be wrong
        let mut values = Self::with_capacity(list.size_hint().unwrap_or_default().min(MAX_ROOM));
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Some(values))
    }

    fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        T::object(object).map(|one| one.map(|one| vec![Loose::Good(one)]))
    }
}

struct ValueVisitor<T>(PhantomData<T>);

/// Makes a value, or returns the text that is in its place.
fn or_bad<T, E>(value: Option<T>, bad: impl FnOnce() -> String) -> Result<Loose<T>, E> {
    Ok(value.map_or_else(|| Loose::Bad(bad().into()), Loose::Good))
}

impl<'de, T: OfJson<'de>> Visitor<'de> for ValueVisitor<T> {
    type Value = Loose<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        or_bad(T::text(text.into()), || excerpt(text.as_bytes()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        or_bad(T::text(text.to_owned().into()), || excerpt(text.as_bytes()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        or_bad(T::integer(number.into()), || number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        or_bad(T::integer(number.into()), || number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        or_bad(T::float(number), || number.to_string())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        or_bad(T::truth(truth), || truth.to_string())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        or_bad(T::list(list)?, || "a list".to_owned())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        or_bad(T::object(object)?, || "an object".to_owned())
    }
}

impl<'de, T: OfJson<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Record<'a> {
        #[serde(borrow, default)]
        text: Text<'a>,
        #[serde(default)]
        number: Number,
        #[serde(borrow, default)]
        id: Loose<Id<'a>>,
        #[serde(borrow, default)]
        list: Objects<Inner<'a>>,
        #[serde(borrow, default)]
        texts: List<Cow<'a, str>>,
        #[serde(borrow, default)]
        maybe: Maybe<Inner<'a>>,
    }

    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow, default)]
        a: Text<'a>,
    }

    /// Returns a value as text: nothing if it is absent, `!` before a bad one.
    fn shown<T>(value: &Loose<T>, good: impl Fn(&T) -> String) -> String {
        match value {
            Loose::Absent => String::new(),
            Loose::Good(value) => good(value),
            Loose::Bad(value) => format!("!{value}"),
        }
    }

    /// Returns a field of a record, read by both readers of JSON.
    fn field(name: &str, value: &str, show: impl Fn(&Record<'_>) -> String) -> String {
        let json = format!("{{\"{name}\": {value}, \"unused\": [{{}}]}}");
        let mut bytes = json.clone().into_bytes();
        let read = show(&simd_json::serde::from_slice(&mut bytes).unwrap());
        assert_eq!(show(&serde_json::from_str(&json).unwrap()), read, "{json}");
        read
    }

    #[test]
    fn a_good_value_takes_no_more_room_than_it_needs() {
        assert_eq!((size_of::<Text<'_>>(), size_of::<List<Id<'_>>>()), (size_of::<String>(), size_of::<Vec<u8>>()));
    }

    #[test]
    fn a_text_is_a_text_or_a_number() {
        let text = |value| field("text", value, |record| shown(&record.text, |text| text.to_string()));
        for (value, read) in
            [("\" x \"", " x "), ("7", "7"), ("-1.5", "-1.5"), ("null", ""), ("true", "!true"), ("[\"x\", [1]]", "!a list"), ("{\"id\": {}}", "!an object")]
        {
            assert_eq!(text(value), read, "{value}");
        }
    }

    #[test]
    fn a_number_is_whole_whatever_its_type() {
        let number = |value| field("number", value, |record| shown(&record.number, i64::to_string));
        for (value, read) in [
            ("7", "7"),
            ("-7.0", "-7"),
            ("\" 7 \"", "7"),
            ("\"7.0\"", "7"),
            ("null", ""),
            ("1.5", "!1.5"),
            ("\"x\"", "!x"),
            ("18446744073709551615", "!18446744073709551615"),
        ] {
            assert_eq!(number(value), read, "{value}");
        }
    }

    #[test]
    fn an_id_may_be_that_of_an_object() {
        let id = |value| field("id", value, |record| shown(&record.id, |id| id.0.to_string()));
        for (value, read) in
            [("\"MIT\"", "MIT"), ("{\"t\": [1], \"id\": \"MIT\"}", "MIT"), ("{}", "!an object"), ("{\"id\": [1]}", "!an object"), ("[]", "!a list")]
        {
            assert_eq!(id(value), read, "{value}");
        }
    }

    #[test]
    fn a_list_may_be_a_single_value_and_keeps_what_is_bad_in_it() {
        let list = |value| {
            let inner = |object: &Object<Inner<'_>>| shown(&object.0.a, |text| text.to_string());
            field("list", value, |record| shown(&record.list, |list| list.iter().map(|value| shown(value, inner)).collect::<Vec<_>>().join(",")))
        };
        assert_eq!(list(r#"[{"a": 1}, null, "x", [[{"a": 2}]], {"a": {}}, {"b": {}}]"#), "1,,!x,!a list,!an object,");
        for (value, read) in [(r#"{"a": "one"}"#, "one"), ("null", ""), ("\"x\"", "!x"), ("1", "!1"), ("false", "!false"), ("[]", "")] {
            assert_eq!(list(value), read, "{value}");
        }
        let texts = |value| {
            field("texts", value, |record| {
                shown(&record.texts, |list| list.iter().map(|value| shown(value, |text| text.to_string())).collect::<Vec<_>>().join(","))
            })
        };
        assert_eq!((texts("[\"a\", 7, null, []]"), texts("\"a\"")), ("a,7,,!a list".to_owned(), "a".to_owned()));
    }

    #[test]
    fn what_is_in_something_that_is_no_object_can_not_be_used() {
        let maybe = |value| field("maybe", value, |record| shown(&record.maybe.text(|inner| &inner.a), |text| text.to_string()));
        for (value, read) in [(r#"{"a": "x"}"#, "x"), ("{}", ""), ("null", ""), ("[\"x\"]", "!a list"), (r#"{"a": []}"#, "!a list")] {
            assert_eq!(maybe(value), read, "{value}");
        }
    }
}
