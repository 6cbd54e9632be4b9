namespace TrustedApps.Tests;

public class ErrorCodeNamesTests
{
    [Theory]
    [InlineData(ErrorCode.Unknown, "UNKNOWN")]
    [InlineData(ErrorCode.ApplicationUnknown, "APP_UNKNOWN")]
    [InlineData(ErrorCode.System, "SYSTEM")]
    [InlineData(ErrorCode.BadProtocolVersion, "BAD_PROTOCOL_VERSION")]
    [InlineData(ErrorCode.ApplicationIdNotFound, "APP_ID_NOT_FOUND")]
    [InlineData(ErrorCode.SecretKeyNotFound, "SECRET_KEY_NOT_FOUND")]
    [InlineData(ErrorCode.MagicNumberNotFound, "MAGIC_NUMBER_NOT_FOUND")]
    [InlineData(ErrorCode.BadRemoteAddress, "BAD_REMOTE_IP")]
    [InlineData(ErrorCode.BadForwardedAddress, "BAD_XFORWARD_IP")]
    [InlineData(ErrorCode.BadUrl, "BAD_URL")]
    [InlineData(ErrorCode.OldAssertion, "OLD_CERT")]
    [InlineData(ErrorCode.MissingAssertion, "MISSING_CERT")]
    [InlineData(ErrorCode.BadMagic, "BAD_MAGIC")]
    [InlineData(ErrorCode.UserUnknown, "USER_UNKNOWN")]
    [InlineData(ErrorCode.PermissionDenied, "PERMISSION_DENIED")]
    [InlineData(ErrorCode.BadSignature, "BAD_SIGNATURE")]
    [InlineData(ErrorCode.FutureAssertion, "FUTURE_CERT")]
    [InlineData(ErrorCode.BadMethod, "BAD_METHOD")]
    [InlineData(ErrorCode.Replayed, "REPLAYED")]
    [InlineData(ErrorCode.Unavailable, "UNAVAILABLE")]
    [InlineData(ErrorCode.ProviderIdNotFound, "PROVIDER_ID_NOT_FOUND")]
    [InlineData(ErrorCode.UserDisabled, "USER_DISABLED")]
    [InlineData(ErrorCode.BadGrant, "BAD_GRANT")]
    [InlineData(ErrorCode.BadAudience, "BAD_AUDIENCE")]
    [InlineData(ErrorCode.BadDigest, "BAD_DIGEST")]
    [InlineData(ErrorCode.ContentTooLarge, "CONTENT_TOO_LARGE")]
    [InlineData(ErrorCode.GrantNeeded, "GRANT_NEEDED")]
    public void Each_code_has_its_name(ErrorCode code, string name)
    {
        Assert.Equal(name, code.ToWireName());
        Assert.Equal(code, ErrorCodeNames.Parse(name));
    }

    [Fact]
    public void Every_code_has_a_name_of_its_own()
    {
        string[] names = [.. Enum.GetValues<ErrorCode>().Select(code => code.ToWireName())];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.Equal(code, ErrorCodeNames.Parse(code.ToWireName())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("app_unknown")]
    [InlineData(" APP_UNKNOWN")]
    [InlineData("APP_UNKNOWN ")]
    [InlineData("APP_UNKNOWN2")]
    [InlineData("ApplicationUnknown")]
    [InlineData("1")]
    [InlineData("TEAPOT")]
    public void Any_other_name_reads_as_unknown(string name) => Assert.Equal(ErrorCode.Unknown, ErrorCodeNames.Parse(name));

    [Theory]
    [InlineData(-1)]
    [InlineData(27)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_number_that_is_no_code_has_no_name(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>("code", () => ((ErrorCode)number).ToWireName());
}
