using System.Diagnostics;

namespace Samples.Tests;

/// <summary>The first of the two commands of the README.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Everything_in_the_demo_comes_out_as_it_says()
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProject.AssemblyOf("samples/Demo")]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var demo = Process.Start(start)!;
        string said = await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("The calendar was asked in the name of fred by tracker:42, asked by wiki:8731.", said, StringComparison.Ordinal);
        Assert.Contains("Everything came out as expected.", said, StringComparison.Ordinal);
        Assert.Equal(0, demo.ExitCode);
    }
}
