using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace TrustedApps.Docs.Tests;

/// <summary>The examples in the XML comments of the packages, as editors and the site show them.</summary>
public sealed class ExampleTests
{
    // What the examples take for granted around them.
    private const string Surroundings = """
        using System;
        using System.Collections.Frozen;
        using System.Collections.Generic;
        using System.Net;
        using System.Net.Http;
        using System.Security.Claims;
        using System.Security.Cryptography;
        using System.Security.Cryptography.X509Certificates;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Hosting;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Identity;
        using Microsoft.AspNetCore.Mvc.Testing;
        using Microsoft.AspNetCore.TestHost;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using OpenTelemetry.Metrics;
        using OpenTelemetry.Trace;
        using TrustedApps;
        using TrustedApps.AspNetCore;
        using TrustedApps.AspNetCore.OpenApi;
        using TrustedApps.Certificates;
        using TrustedApps.Client;
        using TrustedApps.Keys;
        using TrustedApps.Replay;
        using TrustedApps.Testing;
        using Xunit;

        // TYPE

        internal abstract class Example(
            WebApplicationBuilder builder,
            WebApplication app,
            HttpClient client,
            WebApplicationFactory<Program> factory,
            ApplicationKeys keys,
            ApplicationKeys wikiKeys,
            ApplicationKeys trackerKeys,
            ApplicationCertificate wikiCertificate,
            ApplicationCertificate trackerCertificate,
            IncomingRequest incomingRequest,
            HttpRequestMessage request,
            X509Certificate2 signingCertificate,
            string base64,
            object vault,
            TrustedClientOptions options)
        {
            public async Task RunAsync()
            {
                await Task.CompletedTask;
                // STATEMENTS
            }

            public object?[] Given => [builder, app, client, factory, keys, wikiKeys, trackerKeys, wikiCertificate, trackerCertificate, incomingRequest, request, signingCertificate, base64, vault, options];

            private static string FindIssues() => "";

            private static void Main()
            {
            }
        }

        internal abstract class MyUsers : IUserResolver
        {
            public abstract ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken);
        }

        internal sealed class VaultKey(object vault, string name) : IPrivateKeyOperations
        {
            public ValueTask<byte[]> SignHashAsync(ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding padding, CancellationToken cancellationToken) =>
                throw new NotSupportedException($"{vault}{name}");

            public ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken) =>
                throw new NotSupportedException();
        }

        public partial class Program;
        """;

    // The newcomer's first types. Others have examples where one helps.
    private static readonly string[] _first =
    [
        "AddTrustedApps(Microsoft.AspNetCore.Authentication.AuthenticationBuilder)",
        "AddTrustedApp(Microsoft.Extensions.DependencyInjection.IHttpClientBuilder,Microsoft.Extensions.Configuration.IConfiguration,",
        "T:TrustedApps.Client.TrustedAppHandler",
        "T:TrustedApps.IUserResolver",
        "T:TrustedApps.UserResolvers",
        ".OnBehalfOf(",
        ".RequireTrustedApp(",
        "T:TrustedApps.Keys.ApplicationKeys",
        "T:TrustedApps.Keys.IKeyStore",
        "T:TrustedApps.ITrustStore",
        "T:TrustedApps.TrustConditions",
        "T:TrustedApps.AssertionVerifier",
        "T:TrustedApps.AssertionIssuer",
        "T:TrustedApps.AspNetCore.TrustedAppsEvents",
        "T:TrustedApps.AspNetCore.TrustedAppRateLimit",
        "TrustedAppsHealthChecksBuilderExtensions.AddTrustedApps(",
        ".AddTrustedAppsTesting(",
        ".CreateTrustedClient",
    ];

    private static readonly (string Member, string[] Codes)[] _examples =
    [
        .. Packages.Names.Except(["TrustedApps.Templates", "TrustedApps.Tool"])
            .SelectMany(package => XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{package}.xml")).Descendants("member"))
            .Where(member => member.Element("example") is not null)
            .Select(member => (member.Attribute("name")!.Value, member.Descendants("code").Select(code => Unindent(code.Value)).ToArray())),
    ];

    public static TheoryData<string> Members => [.. _examples.Select(example => example.Member)];

    [Theory]
    [MemberData(nameof(Members))]
    public void An_example_compiles_or_is_json(string member)
    {
        string[] codes = _examples.Single(example => example.Member == member).Codes;
        Assert.NotEmpty(codes);
        Assert.All(codes, code =>
        {
            if (code.StartsWith('"'))
            {
                Assert.NotNull(JsonNode.Parse($"{{{code}}}"));
            }
            else
            {
                CompiledProgram.Compile(ProgramOf(code));
            }
        });
    }

    [Fact]
    public void What_a_newcomer_meets_first_has_an_example() => Assert.All(
        _first, name => Assert.Contains(_examples, example => example.Member.Contains(name, StringComparison.Ordinal)));

    private static string ProgramOf(string code)
    {
        string place = code.StartsWith("internal ", StringComparison.Ordinal) ? "// TYPE" : "// STATEMENTS";
        return Surroundings.Replace(place, code, StringComparison.Ordinal);
    }

    private static string Unindent(string text)
    {
        string[] lines = [.. text.Split('\n').SkipWhile(string.IsNullOrWhiteSpace)];
        int indentation = lines.Length == 0 ? 0 : lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line[Math.Min(indentation, line.Length - line.TrimStart().Length)..])).TrimEnd();
    }
}
