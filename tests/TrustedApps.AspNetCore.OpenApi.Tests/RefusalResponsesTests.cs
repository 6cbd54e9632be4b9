using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TrustedApps.AspNetCore.OpenApi.Tests;

/// <summary>What the document says of refused requests, against refused requests.</summary>
public sealed class RefusalResponsesTests
{
    private const string Path = "/issues";

    private static readonly Dictionary<string, Func<KestrelServer, HttpRequestMessage>> _refused = new()
    {
        ["401 TrustedApp"] = server => new HttpRequestMessage(HttpMethod.Post, server.Origin + Path),
        ["401 APP_UNKNOWN"] = server => server.Trusted(Path, method: HttpMethod.Post, keys: TestKeys.Blog),
        ["401 GRANT_NEEDED"] = server => WithoutKey(server.Trusted(Path, method: HttpMethod.Post)),
        ["401 BAD_SIGNATURE"] = server => Redirected(server.Trusted("/other", method: HttpMethod.Post), server.Origin + Path),
        ["401 USER_UNKNOWN"] = server => server.Trusted(Path, "wilma", HttpMethod.Post),
        ["403 PERMISSION_DENIED"] = server => server.Trusted(Path, "barney", HttpMethod.Post),
        ["403 "] = server => server.Trusted(Path + "/forbidden", method: HttpMethod.Post),
        ["413 CONTENT_TOO_LARGE"] = server => server.Trusted(Path, method: HttpMethod.Post, content: new byte[11]),
        ["503 UNAVAILABLE"] = server => server.Trusted(Path, "pebbles", HttpMethod.Post),
    };

    public static TheoryData<string> Refused { get; } = [.. _refused.Keys];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_request_gets_a_response_of_the_document(string expected)
    {
        await using KestrelServer server = await StartAsync(services => services.AddProblemDetails());
        IOpenApiResponse described = (await server.ReadDocumentAsync()).Operation(Path, HttpMethod.Post).Responses![expected[..3]];

        Answer answer = await _refused[expected](server).SendAsync();

        Assert.Equal(expected, $"{answer.Status} {CodeOf(answer)}");
        if (answer.Code is { } code and not "OK") Assert.Contains($"`{code}`", described.Description, StringComparison.Ordinal);
        AssertDescribed(answer, described.Headers!);
        Assert.Equal("application/problem+json", answer["Content-Type"]);
        AssertDescribed(JsonDocument.Parse(answer.Body).RootElement, described.Content!["application/problem+json"].Schema!);
        Assert.Equal(described.Headers!.ContainsKey("Retry-After"), answer["Retry-After"] is not null);
    }

    [Fact]
    public async Task Without_problem_details_no_content_is_described_and_none_comes()
    {
        await using KestrelServer server = await StartAsync();

        OpenApiResponses described = (await server.ReadDocumentAsync()).Operation(Path, HttpMethod.Post).Responses!;
        Answer answer = await server.Trusted(Path, "barney", HttpMethod.Post).SendAsync();

        Assert.All(["401", "403", "413", "503"], status => Assert.Null(described[status].Content));
        Assert.Equal((403, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_codes_are_those_that_the_operations_page_has_for_version_4()
    {
        await using KestrelServer server = await StartAsync();

        OpenApiResponses described = (await server.ReadDocumentAsync()).Operation(Path, HttpMethod.Post).Responses!;

        string[] codes = [.. described.Where(response => response.Key != "200").SelectMany(response => Code().Matches(response.Value.Description!).Select(match => match.Groups["code"].Value))];
        Assert.Equal(CodesOfVersion4().Order(StringComparer.Ordinal), codes.Order(StringComparer.Ordinal));
    }

    private static Task<KestrelServer> StartAsync(Action<IServiceCollection>? more = null) => DescribedServer.StartAsync(
        app =>
        {
            app.MapPost(Path, () => "").RequireAuthorization();
            app.MapPost(Path + "/forbidden", () => "").RequireAuthorization(policy => policy.RequireRole("chief"));
        },
        services =>
        {
            services.AddSingleton<IUserResolver>(new Users());
            more?.Invoke(services);
        },
        options =>
        {
            options.MaxBufferedContent = 10;
            options.Applications.Add(Version4.Trust(trust => trust.DenyUsers.Add("barney")));
        });

    private static string? CodeOf(Answer answer) => answer.Code is { } code and not "OK" ? code : answer["WWW-Authenticate"];

    private static HttpRequestMessage Redirected(HttpRequestMessage request, string url)
    {
        request.RequestUri = new Uri(url);
        return request;
    }

    private static HttpRequestMessage WithoutKey(HttpRequestMessage request)
    {
        request.Headers.Remove("X-Seraph-Trusted-App-Key");
        return request;
    }

    private static void AssertDescribed(Answer answer, IDictionary<string, IOpenApiHeader> headers)
    {
        string[] ours = ["WWW-Authenticate", "Retry-After", .. answer.Headers.Select(header => header.Key).Where(name => name.StartsWith("X-Seraph", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in ours.Where(name => answer[name] is not null))
        {
            IOpenApiSchema schema = headers[name].Schema!;
            if (schema.Type == JsonSchemaType.Integer) Assert.True(int.TryParse(answer[name], CultureInfo.InvariantCulture, out _));
            if (schema.Pattern is { } pattern) Assert.Matches(new Regex(pattern, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)), answer[name]);
        }
    }

    private static void AssertDescribed(JsonElement problem, IOpenApiSchema schema)
    {
        foreach (JsonProperty member in problem.EnumerateObject())
        {
            JsonSchemaType expected = member.Value.ValueKind == JsonValueKind.Number ? JsonSchemaType.Integer : JsonSchemaType.String;
            Assert.Equal(expected, schema.Properties![member.Name].Type);
        }
    }

    // The lines with a cause under version 4.
    private static IEnumerable<string> CodesOfVersion4()
    {
        string[] ofWarwick = ["PROVIDER_ID_NOT_FOUND", "USER_DISABLED"];
        return File.ReadLines(System.IO.Path.Combine(RepositoryRoot(), "docs", "operations.md"))
            .SkipWhile(line => !line.StartsWith("| code | usual cause", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells[3].Length > 0)
            .SelectMany(cells => cells[1].Split(", "))
            .Where(code => code != "UNKNOWN" && !ofWarwick.Contains(code));
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "TrustedApps.sln"))) folder = System.IO.Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static Regex Code() => new("`(?<code>[A-Z_]+)`", RegexOptions.None, TimeSpan.FromSeconds(1));

    private sealed class Users : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => new(name switch
        {
            "wilma" => UserResolution.Unknown,
            "pebbles" => UserResolution.Unavailable,
            _ => UserResolution.Known(name),
        });
    }
}
