using Microsoft.Extensions.Configuration;
using TrustedApps.AspNetCore.Reload;

namespace TrustedApps.AspNetCore.Tests.Reload;

public sealed class ConfigurationWatchTests : IDisposable
{
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(1);

    private readonly ScratchFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_optional_file_is_taken_for_removed_only_if_it_is_still_missing_a_second_later(bool comesAgain)
    {
        const string Settings = """{ "Name": "tracker" }""";
        _folder.Write("local.json", Settings);
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonFile(_folder.PathOf("local.json"), optional: true, reloadOnChange: false).Build();
        var used = new List<string?>();
        var reported = new TaskCompletionSource<string?>();
        using var watch = new ConfigurationWatch([], configuration, _time);
        Task settling = _time.TimerOf(_settling);
        watch.Run(
            (requireFiles, _) =>
            {
                requireFiles();
                used.Add(configuration["Name"]);
                return Task.CompletedTask;
            },
            reported.SetResult);

        File.Delete(_folder.PathOf("local.json"));
        configuration.Reload();
        watch.Signal();
        await settling.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Empty(used);
        if (comesAgain)
        {
            _folder.Write("local.json", Settings);
            configuration.Reload();
        }

        _time.Advance(_settling);

        Assert.Null(await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal([comesAgain ? "tracker" : null], used);
        await watch.StopAsync();
    }

    [Fact]
    public async Task A_change_that_fails_while_the_host_stops_fails_no_stop()
    {
        var begun = new TaskCompletionSource();
        using var watch = new ConfigurationWatch([], configuration: null, _time);
        watch.Signal();
        watch.Run(
            async (_, stopping) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidOperationException("the database is gone");
            },
            _ => { });
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await watch.StopAsync();
    }
}
