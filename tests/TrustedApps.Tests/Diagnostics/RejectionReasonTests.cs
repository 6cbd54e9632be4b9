using System.Reflection;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Diagnostics;

public class RejectionReasonTests
{
    private static RejectionReason[] All { get; } =
    [
        .. typeof(RejectionReason).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).Cast<RejectionReason>(),
    ];

    [Fact]
    public void There_is_a_reason_for_every_code_that_a_provider_gives()
    {
        ErrorCode[] without = [.. Enum.GetValues<ErrorCode>().Except(All.Select(reason => reason.Code))];
        Assert.Equal([ErrorCode.MissingAssertion], without);
    }

    [Fact]
    public void Every_message_can_be_sent_whatever_its_parameters() => Assert.All(All, reason =>
    {
        string value = new Rejection(reason, "a;\tb\r\n", "\uD800", new string('é', 5000)).ToError().ToHeaderValue();
        Assert.True(TrustedAppError.TryParse(value.Replace("\\ud800", "", StringComparison.Ordinal), out TrustedAppError? error));
        Assert.Equal((reason.Code, reason.Message), (error.Code, error.Message));
    });

    [Fact]
    public void Every_placeholder_is_filled()
    {
        Assert.All(All, reason =>
        {
            Rejection refusal = new Rejection(reason, "one", "two", "three");
            Assert.DoesNotContain('{', refusal.ToError().Format());
            Assert.DoesNotContain('{', refusal.Detail);
        });
    }

    [Fact]
    public void Every_reason_tells_the_administrator_something() =>
        Assert.All(All, reason => Assert.Matches("^[A-Z'].{15,}[.?]$", reason.Advice));
}
