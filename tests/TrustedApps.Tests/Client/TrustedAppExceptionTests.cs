using System.Net;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public class TrustedAppExceptionTests
{
    [Fact]
    public void It_says_what_the_provider_said()
    {
        var exception = new TrustedAppException(new TrustedAppError(ErrorCode.UserUnknown, "Unknown user: {0}", "fred"), HttpStatusCode.Unauthorized);

        Assert.Equal("The provider rejected the trusted request: USER_UNKNOWN: Unknown user: fred", exception.Message);
        Assert.Equal((ErrorCode.UserUnknown, HttpStatusCode.Unauthorized), (exception.Code, exception.StatusCode));
        Assert.Equal(["fred"], exception.Error.Parameters);
    }

    [Fact]
    public void What_is_final_is_no_fault_of_the_network_and_what_may_pass_is_one()
    {
        var error = new TrustedAppError(ErrorCode.Unavailable, "Not available");
        Assert.False(typeof(TrustedAppException).IsAssignableTo(typeof(HttpRequestException)));
        var unavailable = new TrustedAppUnavailableException(error, HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(3));
        Assert.IsType<HttpRequestException>(unavailable, exactMatch: false);
        Assert.Equal("The provider rejected the trusted request: UNAVAILABLE: Not available", unavailable.Message);
        Assert.Equal((error, HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(3)), (unavailable.Error, unavailable.StatusCode, unavailable.RetryAfter));
    }

    [Fact]
    public void A_hostile_provider_writes_no_line_of_its_own_into_the_log()
    {
        var exception = new TrustedAppException(new TrustedAppError(ErrorCode.Unknown, "{0}\n", "a\nWARN forged \u001b[2J\u202e"), HttpStatusCode.OK);

        Assert.Equal("The provider rejected the trusted request: UNKNOWN: a?WARN forged ?[2J??", exception.Message);
    }

    [Fact]
    public void A_hostile_provider_makes_no_long_message()
    {
        string message = string.Concat(Enumerable.Repeat("{0}", 2000));
        var error = new TrustedAppError(ErrorCode.Unknown, message, new string('x', 10_000));

        Assert.InRange(new TrustedAppException(error, HttpStatusCode.OK).Message.Length, 1, 500);
        Assert.Equal(65_536, error.Format().Length);
    }
}
