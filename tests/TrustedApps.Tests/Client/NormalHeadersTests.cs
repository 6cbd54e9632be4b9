using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public sealed class NormalHeadersTests
{
    [Theory]
    [InlineData("Content-Type", "text/html;charset=utf-8", "text/html; charset=utf-8", true)]
    [InlineData("Content-Type", "text/html;charset=utf-8", "text/html;  charset=utf-8", false)] // no form that HttpClient makes
    [InlineData("Content-Type", "text/html; charset=utf-8", "text/html;charset=utf-8", false)]
    [InlineData("Content-Type", "text/html;charset=utf-8", "text/html; charset=UTF-8", false)]
    [InlineData("Content-Type", "text/html;charset=utf-8", "text/html", false)]
    [InlineData("Content-Type", "a/b;c=\"d e\"", "a/b; c=\"de\"", false)] // spaces that mean something
    [InlineData("Content-Type", "a/b;c=\"%41\"", "a/b; c=\"A\"", false)]
    [InlineData("Content-Encoding", "gzip,br", "gzip, br", true)]
    [InlineData("Content-Encoding", "gzip,br", "br, gzip", false)]
    [InlineData("Content-Encoding", "gzip,br", "gzip", false)]
    [InlineData("Content-Range", "bytes  0-1/2", "bytes 0-1/2", true)]
    [InlineData("Content-Range", "bytes 0-1/2", "bytes 0-1/*", false)]
    [InlineData("Location", "https://a.example/%7Eb", "https://a.example/~b", true)]
    [InlineData("Location", "https://a.example/%2Fb", "https://a.example//b", false)]
    [InlineData("Location", "https://a.example/b", "https://b.example/b", false)]
    [InlineData("Location", "https://a.example/b/../c", "https://a.example/c", false)] // more than white space and escapes
    [InlineData("Location", "https://A.example/b", "https://a.example/b", false)]
    [InlineData("Location", "/b", "/c", false)]
    public void Only_the_form_that_HttpClient_makes_passes_and_only_in_white_space_and_escapes(string name, string proven, string received, bool passes) =>
        Assert.Equal(passes, NormalHeaders.IsNormalForm(name, proven, received));
}
