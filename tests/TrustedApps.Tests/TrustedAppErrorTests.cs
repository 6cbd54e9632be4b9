namespace TrustedApps.Tests;

public class TrustedAppErrorTests
{
    private static readonly Gen<TrustedAppError> _errors =
        from code in Gen.Elements(Enum.GetValues<ErrorCode>())
        from message in Generators.TextOf(["a", "Z", " ", "~", "{0}", "{1}", ";", "; ", "[]", "\"", "\\", ";;"], 8)
        from count in Gen.Choose(0, 3)
        from parameters in Gen.ArrayOf(Gen.OneOf(Generators.WellFormedText, Generators.TextOf([";\t", "\t", "]", "\"", ",", "\r\n", "</", "é"], 6)), count)
        select new TrustedAppError(code, message, parameters);

    [Property(MaxTest = 2000)]
    public Property What_is_written_reads_back_the_same() => ForAll.In(
        _errors,
        error => TrustedAppError.TryParse(error.ToHeaderValue(), out TrustedAppError? read)
            && read.Code == error.Code && read.Message == error.Message && read.Parameters.SequenceEqual(error.Parameters, StringComparer.Ordinal));

    [Property(MaxTest = 2000)]
    public Property What_is_written_is_one_line_of_printable_ascii_with_two_tabs() => ForAll.In(
        from code in Gen.Elements(Enum.GetValues<ErrorCode>()) from parameter in Generators.AnyText select new TrustedAppError(code, "Message {0}", parameter),
        error => error.ToHeaderValue() is var value
            && value.Count(character => character == '\t') == 2
            && value.All(character => character is '\t' or (>= ' ' and <= '~')));

    [Fact]
    public void The_parts_are_separated_by_semicolon_and_tab() => Assert.Equal(
        "USER_UNKNOWN;\tUnknown user: {0};\t[\"fr\\u00e9d\\u000d\\u000aX: y\",\"\"]",
        new TrustedAppError(ErrorCode.UserUnknown, "Unknown user: {0}", "fréd\r\nX: y", "").ToHeaderValue());

    [Theory]
    [InlineData("a\r\nX: y")]
    [InlineData("a\nb")]
    [InlineData("a;\tb")]
    [InlineData("a\0")]
    [InlineData("a\u007F")]
    [InlineData("é")]
    public void A_message_that_a_header_cannot_carry_is_not_written(string message) =>
        Assert.Throws<InvalidOperationException>(() => new TrustedAppError(ErrorCode.System, message).ToHeaderValue());

    [Theory]
    [InlineData("")]
    [InlineData("SYSTEM")]
    [InlineData("SYSTEM;\tmessage")]
    [InlineData("SYSTEM;\tmessage;\t")]
    [InlineData("SYSTEM;\tmessage;\t[];\t")]
    [InlineData("SYSTEM;\tmessage;\t[];\t[]")]
    [InlineData("SYSTEM;\ta;\tmessage;\t[]")]
    [InlineData("SYSTEM;message;[]")]
    [InlineData("SYSTEM; message; []")]
    [InlineData("SYSTEM;\tmessage; []")]
    [InlineData("SYSTEM,\tmessage,\t[]")]
    [InlineData("SYSTEM;\tmessage;\t[1]")]
    [InlineData("SYSTEM;\tmessage;\t[\"a\"")]
    [InlineData("SYSTEM;\tmessage;\tnull")]
    [InlineData("SYSTEM;\tmessage;\t[\"a\"] []")]
    public void Exactly_three_parts_are_read_the_last_a_list_of_texts(string value)
    {
        Assert.False(TrustedAppError.TryParse(value, out TrustedAppError? error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("APP_UNKNOWN;\tUnknown {0};\t[\"wiki\"]", ErrorCode.ApplicationUnknown, "Unknown {0}", "Unknown wiki")]
    [InlineData("TEAPOT;\tShort and stout;\t[]", ErrorCode.Unknown, "Short and stout", "Short and stout")]
    [InlineData("system;\tx;\t[]", ErrorCode.Unknown, "x", "x")]
    [InlineData(";\t;\t[ ]", ErrorCode.Unknown, "", "")]
    [InlineData("SYSTEM;\t'{0}' {1};\t[\"{1}\",\"\\u000a\"]", ErrorCode.System, "'{0}' {1}", "'{1}' \n")]
    [InlineData("SYSTEM;\tZoë;\t[]", ErrorCode.System, "Zoë", "Zoë")]
    public void A_value_is_read(string value, ErrorCode code, string message, string formatted)
    {
        Assert.True(TrustedAppError.TryParse(value, out TrustedAppError? error));
        Assert.Equal((code, message, formatted), (error.Code, error.Message, error.Format()));
        Assert.Equal($"{code.ToWireName()}: {formatted.Replace('\n', '?')}", error.ToString()); // one line
        Assert.False(TrustedAppError.Read(value).IsMalformed);
    }

    [Theory]
    [InlineData("BAD_PROTOCOL_VERSION; Unsupported: {0}. required {1}; [\"0\",\"2\"]", ErrorCode.BadProtocolVersion, "Unsupported: 0. required 2")]
    [InlineData("SYSTEM;message;[]", ErrorCode.System, "message")]
    [InlineData("SYSTEM; \t message \t;\t\t[ \"a\" ] ", ErrorCode.System, "message")]
    [InlineData(" APP_UNKNOWN ;\tUnknown {0}; [\"a;[b\"]", ErrorCode.ApplicationUnknown, "Unknown a;[b")]
    [InlineData("SYSTEM;\ta; b; []", ErrorCode.System, "a; b")]
    [InlineData("APP_UNKNOWN", ErrorCode.ApplicationUnknown, "The provider gave no readable reason")]
    [InlineData("OLD_CERT; too old; [1]", ErrorCode.OldAssertion, "too old; [1]")]
    [InlineData("OLD_CERT; too old; [\"cut", ErrorCode.OldAssertion, "too old; [\"cut")]
    [InlineData("the server is busy", ErrorCode.Unknown, "the server is busy")]
    [InlineData("", ErrorCode.Unknown, "The provider gave no readable reason")]
    [InlineData(null, ErrorCode.Unknown, "The provider gave no readable reason")]
    public void A_code_that_can_be_read_survives_a_value_that_cannot(string? value, ErrorCode code, string formatted)
    {
        TrustedAppError error = TrustedAppError.Read(value);

        Assert.Equal((code, formatted, true), (error.Code, error.Format(), error.IsMalformed));
    }

    [Fact]
    public void For_a_log_it_is_one_line_whatever_the_provider_sent()
    {
        var error = TrustedAppError.Read("SYSTEM;\tbad {0};\t[\"x\\r\\nWARN admin logged in \\u001b[31m\\u202e\"]");

        Assert.Equal("SYSTEM: bad x??WARN admin logged in ?[31m?", error.ToString());
    }

    [Fact]
    public void A_value_is_at_most_16384_characters_long()
    {
        string value = "SYSTEM;\t" + new string('a', 16_384 - 12) + ";\t[]";
        Assert.True(TrustedAppError.TryParse(value, out _));
        Assert.False(TrustedAppError.TryParse(value + " ", out _));
    }

    [Fact]
    public void Parameters_are_cut_at_200_characters()
    {
        var error = new TrustedAppError(ErrorCode.System, "{0}{1}", new string('a', 201), new string('b', 200));
        Assert.Equal($"SYSTEM;\t{{0}}{{1}};\t[\"{new string('a', 200)}\",\"{new string('b', 200)}\"]", error.ToHeaderValue());
    }

    [Fact]
    public void For_a_header_without_escapes_everything_else_is_replaced() => Assert.Equal(
        "Unknown user: fr?d??X: y", new TrustedAppError(ErrorCode.UserUnknown, "Unknown user: {0}", "fréd\r\nX: y").FormatPrintable());

    [Property(MaxTest = 3000)]
    public Property Nothing_that_is_read_throws() => ForAll.In(
        Gen.OneOf(
            Generators.TextOf(["SYSTEM", "UNKNOWN", ";\t", ";", "\t", "[", "]", "\"", "a", "{0}", ",", "\\ud800", "\uD800", "é"], 10),
            Generators.Mutate(Gen.Constant("USER_UNKNOWN;\tUnknown user: {0};\t[\"fred\"]"), Generators.AnyCharacter)),
        value => TrustedAppError.TryParse(value, out TrustedAppError? error) == (error is not null)
            && (error is null || error.Format() is not null)
            && TrustedAppError.Read(value).IsMalformed == (error is null)
            && TrustedAppError.Read(value).ToString().All(character => !char.IsControl(character)));

    [Fact]
    public void Message_and_parameters_are_needed()
    {
        Assert.Throws<ArgumentNullException>("message", () => new TrustedAppError(ErrorCode.System, null!));
        Assert.Throws<ArgumentNullException>("parameters", () => new TrustedAppError(ErrorCode.System, "", null!));
    }
}
