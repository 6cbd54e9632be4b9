using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

public sealed class ProgramTests
{
    // What the guides take for granted around a fragment.
    private const string Surroundings = """
        using System;
        using System.Linq;
        using System.Net;
        using System.Net.Http;
        using System.Security.Claims;
        using System.Security.Cryptography.X509Certificates;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Authentication;
        using Microsoft.AspNetCore.Authentication.Cookies;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using TrustedApps;
        using TrustedApps.AspNetCore;
        using TrustedApps.AspNetCore.SignIn.Credentials;
        using TrustedApps.AspNetCore.SignIn.TokenMirror;
        using TrustedApps.AspNetCore.SignIn.TrustedProxies;
        using TrustedApps.Client;
        using TrustedApps.Keys;
        using TrustedApps.Replay;
        using TrustedApps.Testing;

        internal static class Fragment
        {
            public static async Task RunAsync(WebApplicationBuilder builder, WebApplication app, IServiceCollection services, CancellationToken cancellationToken)
            {
                await Task.CompletedTask;
                // FRAGMENT
            }

            private static Task StoreAsync(HttpContext context) => Task.CompletedTask;

            private static void Main()
            {
            }

            private sealed class Passwords : IPasswordHashStore
            {
                public ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken) => new((string?)null);
            }
        }
        """;

    public static TheoryData<string> Readmes => [.. Packages.Names.Select(Packages.ReadmeOf)];

    // Templates have no library: TrustedApps.Packages.Tests builds and runs what they make.
    public static TheoryData<string> ReadmesOfLibraries => [.. Packages.Names.Except(["TrustedApps.Templates"]).Select(Packages.ReadmeOf)];

    public static TheoryData<string> Guides =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(ReadmesOfLibraries))]
    public void Every_package_has_a_readme_with_a_complete_program_on_the_packages_it_names(string readme)
    {
        IReadOnlyList<CodeBlock> blocks = CodeBlock.Read(readme, "csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(block.IsProgram, $"{block} does not begin with its usings."));
        Assert.All(blocks, block => CompiledProgram.Compile(block.Code, Packages.AllowedBy(readme)));
    }

    // Pages on other packages are compiled with them, by TrustedApps.WorksWith.Tests.
    public static TheoryData<string> OwnGuides => [.. Guides.Select(guide => guide.Data).Where(guide => !guide.StartsWith("docs/works-with/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(OwnGuides))]
    public void Every_program_and_fragment_of_a_guide_compiles(string guide) => Assert.All(
        CodeBlock.Read(guide, "csharp"),
        block => CompiledProgram.Compile(block.IsProgram ? block.Code : Surroundings.Replace("// FRAGMENT", block.Code, StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_readme_of_a_package_can_be_read_without_the_repository(string readme) => Assert.DoesNotMatch(
        new Regex(@"\]\((?!https://)", RegexOptions.None, TimeSpan.FromSeconds(1)), Repository.Read(readme));

    [Fact]
    public void No_program_is_accepted_that_does_not_compile() =>
        Assert.Throws<InvalidOperationException>(() => CompiledProgram.Compile("using System;\nMissing.Call();"));

    [Fact]
    public void A_program_on_the_core_alone_cannot_use_aspnetcore() => Assert.Throws<InvalidOperationException>(() =>
        CompiledProgram.Compile("using Microsoft.AspNetCore.Builder;\nWebApplication.CreateBuilder();", Packages.AllowedBy(Packages.ReadmeOf("TrustedApps"))));
}
