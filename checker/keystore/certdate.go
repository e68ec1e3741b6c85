package keystore

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// readTime reads a UTCTime or a GeneralizedTime as Java does (sun.security.util.DerValue.getTimeInternal): beyond what DER allows without seconds, with an
// offset, a GeneralizedTime with fractions, and with a day that the month does not have, which is one of the next. What it does not take is not ok,
// and has a time all the same where crypto/x509 reads one.
func readTime(s *cryptobyte.String) (time.Time, bool) {
	var b cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&b, &tag) {
		return time.Time{}, false
	}
	d := dateReader{rest: b}
	var year int
	general := tag == cbasn1.GeneralizedTime
	switch {
	case general:
		year = 100*d.pair() + d.pair()
	case tag == cbasn1.UTCTime:
		if year = 1900 + d.pair(); year < 1950 { // RFC 5280, 4.1.2.5.1
			year += 100
		}
	default:
		return time.Time{}, false
	}
	month, day, hour, minute := d.pair(), d.pair(), d.pair(), d.pair()
	second, millis := 0, 0
	if len(d.rest) > 2 {
		second = d.pair()
		if general {
			millis = d.fraction()
		}
	}
	east := d.offset()
	if d.bad && tag == cbasn1.UTCTime {
		t, _ := time.Parse("0601021504-0700", string(b)) // the zero time where it is none either
		if t.Year() >= 2050 {
			t = t.AddDate(-100, 0, 0)
		}
		return t.UTC(), false
	}
	if d.bad || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute-east, second, millis*int(time.Millisecond), time.UTC), true
}

// dateReader reads the parts of a date.
type dateReader struct {
	rest []byte
	bad  bool // something was not there
}

func (d *dateReader) digit() int {
	if len(d.rest) == 0 || d.rest[0] < '0' || d.rest[0] > '9' {
		d.bad = true
		return 0
	}
	n := int(d.rest[0] - '0')
	d.rest = d.rest[1:]
	return n
}

func (d *dateReader) pair() int { return 10*d.digit() + d.digit() }

// fraction reads a fraction of a second, if there is one, in thousandths.
func (d *dateReader) fraction() int {
	if len(d.rest) == 0 || d.rest[0] != '.' && d.rest[0] != ',' {
		return 0
	}
	d.rest = d.rest[1:]
	millis, unit := 0, 100
	for first := true; first || !d.bad && len(d.rest) > 0 && d.rest[0] != 'Z' && d.rest[0] != '+' && d.rest[0] != '-'; first = false {
		millis += unit * d.digit()
		unit /= 10
	}
	return millis
}

// offset reads the zone that ends a date, in minutes east of Greenwich.
func (d *dateReader) offset() int {
	switch {
	case len(d.rest) == 1 && d.rest[0] == 'Z':
		return 0
	case len(d.rest) == 5 && (d.rest[0] == '+' || d.rest[0] == '-'):
		west := d.rest[0] == '-'
		d.rest = d.rest[1:]
		hours, minutes := d.pair(), d.pair()
		if hours > 23 || minutes > 59 {
			d.bad = true
		}
		if west {
			return -60*hours - minutes
		}
		return 60*hours + minutes
	}
	d.bad = true
	return 0
}
