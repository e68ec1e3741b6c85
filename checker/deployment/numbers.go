package deployment

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// What cava-toml 0.5.0 takes for numbers, dates and times, and the text that its values have in Java: that is what $ref inserts
// and the templates write.
var (
	decimalInteger = regexp.MustCompile(`^[+-]?(?:0|[1-9](?:_?[0-9])*)$`)
	prefixed       = regexp.MustCompile(`^0(?:x[0-9a-fA-F](?:_?[0-9a-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$`)
	floatingPoint  = regexp.MustCompile(`^[+-]?(?:0|[1-9](?:_?[0-9])*)(?:(?:\.[0-9](?:_?[0-9])*)?[eE][+-]?(?:0|[1-9](?:_?[0-9])*)|\.[0-9](?:_?[0-9])*)$`)
	special        = regexp.MustCompile(`^[+-]?(?:inf|nan)$`)
	zeroFloat      = regexp.MustCompile(`^[+-]?0+(?:\.[0-9_]*)?(?:[eE].*)?$`)
	dateAndTime    = regexp.MustCompile(`^(?:([0-9]{4})-([0-9]{2})-([0-9]{2}))?([Tt ])?(?:([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
)

// integer gives the value of a whole number; false for what the product's parser does not take.
func integer(raw string) (text string, ok bool) {
	if !decimalInteger.MatchString(raw) && !prefixed.MatchString(raw) {
		return "", false
	}
	digits, base := strings.ReplaceAll(raw, "_", ""), 10
	if prefixed.MatchString(raw) {
		base = map[byte]int{'x': 16, 'o': 8, 'b': 2}[digits[1]]
		digits = digits[2:]
	}
	n, err := strconv.ParseInt(digits, base, 64)
	return strconv.FormatInt(n, 10), err == nil
}

// floating gives the value of a floating-point number as Java's Double.toString writes it.
func floating(raw string) (text string, ok bool) {
	if special.MatchString(raw) {
		switch {
		case strings.HasSuffix(raw, "nan"):
			return "NaN", true
		case raw[0] == '-':
			return "-Infinity", true
		}
		return "Infinity", true
	}
	if !floatingPoint.MatchString(raw) {
		return "", false
	}
	plain := strings.ReplaceAll(raw, "_", "")
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || f == 0 && !zeroFloat.MatchString(plain) {
		return "", false
	}
	return javaDouble(f), true
}

// javaDouble is Double.toString: plain from 0.001 to ten million, else with an exponent; always a digit behind the point.
func javaDouble(f float64) string {
	if a := math.Abs(f); f == 0 || a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, err := strconv.Atoi(exponent)
	if err != nil {
		return mantissa
	}
	return mantissa + "E" + strconv.Itoa(n)
}

// moment gives a date or time as Java's toString writes it: seconds of zero are left out, fractions have three, six or nine
// digits.
func moment(raw string) (text string, ok bool) {
	f := dateAndTime.FindStringSubmatch(raw)
	if f == nil {
		return "", false
	}
	date, clock := f[1] != "", f[5] != ""
	if !date && !clock || (f[4] != "") != (date && clock) || f[9] != "" && !(date && clock) {
		return "", false
	}
	if date {
		if _, err := time.Parse(time.DateOnly, raw[:10]); err != nil {
			return "", false
		}
		text = raw[:10]
	}
	if clock {
		if f[5] > "23" || f[6] > "59" || f[7] > "59" {
			return "", false
		}
		if date {
			text += "T"
		}
		text += f[5] + ":" + f[6]
		fraction := strings.TrimRight(f[8], "0")
		if f[7] != "00" || fraction != "" {
			text += ":" + f[7]
		}
		if fraction != "" {
			text += "." + fraction + strings.Repeat("0", (3-len(fraction)%3)%3)
		}
	}
	switch zone := f[9]; {
	case zone == "Z" || strings.HasSuffix(zone, "00:00"):
		text += "Z"
	case zone == "":
	case zone[4:] > "59" || zone[1:] > "18:00":
		return "", false
	default:
		text += zone
	}
	return text, true
}
