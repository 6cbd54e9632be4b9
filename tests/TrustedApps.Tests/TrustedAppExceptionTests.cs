using System.Net;

namespace TrustedApps.Tests;

public class TrustedAppExceptionTests
{
    [Fact]
    public void It_says_what_the_provider_said()
    {
        var error = new TrustedAppError(ErrorCode.UserUnknown, "Unknown user: {0}", "fred");
        var exception = new TrustedAppException(error, HttpStatusCode.Unauthorized);
        Assert.Same(error, exception.Error);
        Assert.Equal(ErrorCode.UserUnknown, exception.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, exception.StatusCode);
        Assert.Equal("The provider refused the trusted request: USER_UNKNOWN: Unknown user: fred", exception.Message);
    }
}
