//! `f64` as an attribute.

use crate::attr::Attr;
use crate::attribute_value::{AttributeValue, not_known};
use crate::value::{Number, Type, Value, ValueError};

/// A number, as near to it as a float can be.
///
/// Terraform's numbers are decimal. A float becomes the shortest decimal number that is read as the
/// same float, so that `0.1` is `0.1`. Decimal numbers that are nearest to the same float mean the
/// same: one with more digits than a float can tell keeps them, in plan and state. A number that is
/// too large for a float, or too near to zero, is refused.
///
/// NaN and the infinities are not numbers to Terraform. They become unknown: a plan shows "known
/// after apply", and a result is refused at its attribute.
impl AttributeValue for f64 {
    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Number
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Number(number) => nearest(&number).map(Attr::Known),
            other => not_known(other, "a number"),
        }
    }

    fn encode(self) -> Value {
        // What `Display` writes of a float is the shortest decimal number; of what is not a number,
        // a word.
        self.to_string()
            .parse()
            .map_or(Value::UNKNOWN, Value::Number)
    }
}

fn nearest(number: &Number) -> Result<f64, ValueError> {
    let float: f64 = number
        .to_string()
        .parse()
        .map_err(|_| ValueError::new("expected a decimal number"))?;
    if float.is_infinite() {
        return Err(ValueError::new(format!(
            "the number is further from zero than {:e}",
            f64::MAX
        )));
    }
    if float == 0.0 && *number != Number::from(0) {
        return Err(ValueError::new(format!(
            "the number is not zero, but closer to zero than {:e}",
            f64::from_bits(1)
        )));
    }
    Ok(float)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().expect("it is a number"))
    }

    fn is_same(one: &str, other: &str) -> bool {
        crate::attribute_value::is_same::<f64>(&number(one), &number(other))
    }

    proptest! {
        #[test]
        fn a_float_comes_back_as_it_was_sent(float in proptest::num::f64::NORMAL
            | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO)
        {
            prop_assert_eq!(f64::decode(float.encode()), Ok(Attr::Known(float)));
        }
    }

    #[test]
    fn decimal_numbers_stay_what_they_are() {
        for text in [
            "0.1",
            "0",
            "-2.5",
            "0.30000000000000004",
            "3",
            "1e300",
            "5e-324",
        ] {
            let Ok(Attr::Known(float)) = f64::decode(number(text)) else {
                panic!("{text} is near to a float");
            };
            assert_eq!(float.encode(), number(text), "{text}");
        }
    }

    #[test]
    fn digits_that_a_float_cannot_tell_do_not_count() {
        assert!(is_same("0.12345678901234567890", "0.12345678901234568"));
        assert!(is_same("9007199254740993", "9007199254740992"));
        assert!(!is_same("0.1", "0.10000000000000002"));
    }

    #[test]
    fn what_no_float_is_near_to_is_refused() {
        for text in ["1e309", "-1e309", "1e-400"] {
            assert!(f64::decode(number(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_unknown() {
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(float.encode(), Value::UNKNOWN, "{float}");
        }
    }
}
