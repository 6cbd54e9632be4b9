using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class JwtBearerAndCookiesTests
{
    private static readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    // as dotnet user-jwts writes them
    private static readonly string[] _bearer =
    [
        "--Authentication:Schemes:Bearer:ValidAudiences:0", "tracker",
        "--Authentication:Schemes:Bearer:ValidIssuer", "test",
        "--Authentication:Schemes:Bearer:SigningKeys:0:Issuer", "test",
        "--Authentication:Schemes:Bearer:SigningKeys:0:Value", Convert.ToBase64String(_key),
        "--Authentication:Schemes:Bearer:SigningKeys:0:Length", _key.Length.ToString(CultureInfo.InvariantCulture),
    ];

    [Fact]
    public async Task Each_kind_of_request_gets_what_the_page_says()
    {
        await using Page page = await Page.OpenAsync("jwt-bearer-and-cookies");
        await page.StartProviderAsync(arguments: _bearer);
        string[] rows = [.. Repository.Read(page.File).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))];
        string[] paths = [.. Cells(rows[0])[1..].Select(cell => cell.Trim('`'))];
        using HttpClient wiki = page.CreateClient(options => options.MaxRedirects = 0), person = Plain(page), stranger = Plain(page), machine = Plain(page);
        using HttpResponseMessage signedIn = await person.PostAsync(new Uri("/sign-in?name=fred", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        person.DefaultRequestHeaders.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token());

        foreach (string row in rows.Skip(1))
        {
            string[] cells = Cells(row);
            (HttpClient client, string? user) = cells[0] switch
            {
                "anonymous" => (stranger, null),
                "cookie" => (person, null),
                "JWT" => (machine, null),
                "trusted" => (wiki, "fred"),
                _ => (wiki, "mallory"),
            };
            for (int column = 0; column < paths.Length; column++)
            {
                using HttpResponseMessage response = await client.GetAsync(paths[column], user);
                Assert.Equal((cells[0], paths[column], cells[column + 1][..3]), (cells[0], paths[column], $"{(int)response.StatusCode}"));
            }
        }

        Assert.Equal(6, rows.Length);
        Assert.Equal("fred by TrustedApps", await wiki.GetStringAsync("/rest/api/issues", "fred"));
        Assert.Equal("fred by AuthenticationTypes.Federation", await machine.GetStringAsync("/rest/api/issues", user: null));
    }

    private static string[] Cells(string row) => [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static HttpClient Plain(Page page) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(page.BaseUrl) };

    private static string Token() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "test",
        Audience = "tracker",
        Subject = new ClaimsIdentity([new Claim(ClaimTypes.Name, "fred")]),
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(_key), SecurityAlgorithms.HmacSha256),
    });
}
