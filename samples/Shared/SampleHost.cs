namespace Samples;

/// <summary>What has nothing to do with trusted applications: logging, limits, and how a sample ends.</summary>
internal static class SampleHost
{
    private const int MaxRequestBody = 2 * 1024 * 1024; // bytes

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Configuration["Logging:LogLevel:Default"] ??= "Warning";
        builder.Configuration["Logging:LogLevel:TrustedApps"] ??= "Information"; // the events of docs/operations.md, "Watching"
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] ??= "Error"; // its warning 35: here the mode of the key folder protects the ring
        builder.Configuration["Logging:LogLevel:Microsoft.Hosting.Lifetime"] ??= "Information";
        builder.Configuration["Logging:LogLevel:Microsoft.Extensions.Hosting"] ??= "None"; // RunAsync says it, in one line
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxRequestBody);
        return builder;
    }

    /// <summary>Runs until Ctrl+C. What is wrong with the configuration is said in one line, and the exit code is 1.</summary>
    public static async Task<int> RunAsync(Func<WebApplication> create)
    {
        try
        {
            await using WebApplication app = create();
            await app.RunAsync();
            return 0;
        }
        catch (Exception problem)
        {
            await Console.Error.WriteLineAsync($"Cannot run: {problem.Message}");
            return 1;
        }
    }
}
