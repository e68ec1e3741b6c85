package keystore

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// lower is String.toLowerCase(Locale.ENGLISH), which Java's stores apply to aliases: Unicode's full mapping, in which two
// letters differ from strings.ToLower (the dotted capital I becomes two runes, a capital sigma that ends a word its final form).
func lower(s string) string {
	if !strings.Contains(s, "İ") && !strings.Contains(s, "Σ") {
		return strings.ToLower(s)
	}
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r == 'İ':
			b.WriteString("i̇")
		case r == 'Σ' && endsWord(runes, i):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endsWord is Unicode's Final_Sigma condition: a letter before it and none after it.
func endsWord(runes []rune, i int) bool {
	return i > 0 && unicode.IsLetter(runes[i-1]) && (i+1 == len(runes) || !unicode.IsLetter(runes[i+1]))
}

// fold maps strings that String.equalsIgnoreCase takes for equal to one string.
func fold(s string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
}

// modifiedUTF8 decodes what java.io.DataInput.readUTF reads: characters outside the basic plane as two three-byte
// surrogates, NUL as two bytes. ok is false where readUTF throws UTFDataFormatException.
func modifiedUTF8(b []byte) (s string, ok bool) {
	ascii := true
	for _, c := range b {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return string(b), true
	}
	units := make([]uint16, 0, len(b))
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c < 0x80:
			units = append(units, uint16(c))
			i++
		case c>>5 == 0b110 && i+1 < len(b) && b[i+1]>>6 == 0b10:
			units = append(units, uint16(c&0x1f)<<6|uint16(b[i+1]&0x3f))
			i += 2
		case c>>4 == 0b1110 && i+2 < len(b) && b[i+1]>>6 == 0b10 && b[i+2]>>6 == 0b10:
			units = append(units, uint16(c&0x0f)<<12|uint16(b[i+1]&0x3f)<<6|uint16(b[i+2]&0x3f))
			i += 3
		default:
			return "", false
		}
	}
	return string(utf16.Decode(units)), true
}
