using Microsoft.Extensions.Primitives;
using TrustedApps.Hosting;

namespace TrustedApps.Tests;

/// <summary>Objects that hold text of others, as a log shows them.</summary>
public sealed class PrintableTextTests
{
    private const string Forged = "x\r\nWARN admin logged in \u001b[31m\u202e";

    public static TheoryData<string> Texts { get; } =
    [
        new TrustedAppError(ErrorCode.System, Forged, Forged).ToString(),
        new TrustedAppError(ErrorCode.System, "{0}", Forged).ToString(),
        new TrustedApps.Client.TrustedAppException(new TrustedAppError(ErrorCode.System, "{0}", Forged), System.Net.HttpStatusCode.Unauthorized).Message,
        new ObservedRequest("TrustedApps", "GET", "/" + Forged, null).ToString(),
        new IncomingRequest { Method = Forged, Scheme = "http", Host = Forged, Target = "/" + Forged + "?secret", Headers = new Dictionary<string, StringValues>() }.ToString(),
    ];

    [Theory, MemberData(nameof(Texts))]
    public void Is_one_line_without_escapes_and_secrets(string text)
    {
        Assert.DoesNotContain(text, character => char.IsControl(character) || character == '\u202e');
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("WARN admin logged in", text, StringComparison.Ordinal); // it is not lost either
    }
}
