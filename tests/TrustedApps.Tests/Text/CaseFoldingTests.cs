using System.Diagnostics;
using System.Globalization;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public sealed class CaseFoldingTests
{
    [Theory]
    [InlineData("admin", "admin")]
    [InlineData("ADMIN", "admin")]
    [InlineData("\uFF41\uFF24\uFF4D\uFF49\uFF4E", "admin")] // full width
    [InlineData("ad\u200Bmin", "admin")]
    [InlineData("ad\u00ADmin", "admin")]
    [InlineData("ad\u034Fmin", "admin")]
    [InlineData("\u202Eadmin\u2060", "admin")]
    [InlineData("ad\u3164min\uFE0F", "admin")]
    [InlineData("\u24D0\u24B9\u24C2\u24BE\u24C3", "admin")] // in circles
    [InlineData("\U0001D5EE\U0001D5F1\U0001D5FA\U0001D5F6\U0001D5FB", "admin")] // mathematical
    [InlineData("stra\u00DFe", "STRASSE")]
    [InlineData("\uFB01n", "FIN")]
    [InlineData("j\u00F6rg", "JO\u0308RG")]
    [InlineData("\u1E69", "s\u0307\u0323")] // marks in another order
    [InlineData("\uD55C", "\u1112\u1161\u11AB")] // a Hangul syllable and its letters
    [InlineData("\u03C3\u03C2", "\u03A3\u03A3")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("\u1FB3\u0331", "\u03B1\u0331\u0345")] // a mark that folds to a letter
    [InlineData("a\u0345\u0331", "A\u0331\u0345")]
    public void Names_that_look_alike_fold_alike(string name, string other) =>
        Assert.Equal(CaseFolding.Fold(other), CaseFolding.Fold(name));

    [Theory]
    [InlineData("admin", "adm\u0131n")] // without a dot
    [InlineData("admin", "\u0430dmin")] // Cyrillic
    [InlineData("jorg", "j\u00F6rg")]
    [InlineData("a b", "ab")]
    [InlineData("admin", "admin ")]
    public void Other_names_do_not(string name, string other) =>
        Assert.NotEqual(CaseFolding.Fold(other), CaseFolding.Fold(name));

    [Fact]
    public void Half_a_surrogate_pair_does_no_harm() =>
        Assert.Equal("a\uFFFD", CaseFolding.Fold("A\uD83D"));

    [Fact]
    public void Folding_takes_no_time_that_grows_faster_than_the_name()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0323\u0301", 500_000));

        Assert.Equal(1_000_000, CaseFolding.Fold(marks).Length); // in a second; an insertion sort would need hours
    }

    [Property(MaxTest = 2_000)]
    public Property Folding_twice_is_folding_once() => ForAll.In(
        Generators.TextOf(["A", "\u00C4", "\u0301", "\u0323", "\uFB03", "\u200D", "\uAC01", "\u1F88", "\U0001D15E", "\uD800"], 9),
        name => CaseFolding.Fold(CaseFolding.Fold(name)) == CaseFolding.Fold(name));

    [Fact]
    public async Task It_folds_as_ICU_does_and_alike_in_both_globalization_modes()
    {
        string[] invariant = await ReportAsync("1"), withIcu = await ReportAsync("0");

        Assert.Equal(("False", "True"), (invariant[0], withIcu[0])); // what Normalize can do
        Assert.Equal(withIcu[1], invariant[1]);
        Assert.InRange(int.Parse(withIcu[2], CultureInfo.InvariantCulture), 200_000, 2_000_000); // texts compared with ICU
        Assert.Equal("0", withIcu[3]);
    }

    private static async Task<string[]> ReportAsync(string invariant)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProject.AssemblyOf("tests/CaseFoldingReport")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariant },
        };
        using var process = Process.Start(start)!;
        string report = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return report.Trim().Split(' ');
    }
}
