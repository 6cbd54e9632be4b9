using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TrustedApps.Hosting;

namespace TrustedApps.Tests.Health;

public sealed class TrustedAppsHealthCheckTests
{
    private static readonly HealthReading _healthy = HealthReading.Healthy("a", 1);
    private static readonly HealthReading _degraded = HealthReading.Degraded("b", 2, "Do b.");
    private static readonly HealthReading _unhealthy = HealthReading.Unhealthy("c", 3, "Do c.");

    public static TheoryData<HealthReading[], HealthStatus, string> Readings => new()
    {
        { [], HealthStatus.Healthy, "Trusted requests are served." },
        { [_healthy], HealthStatus.Healthy, "Trusted requests are served." },
        { [_healthy, _degraded], HealthStatus.Degraded, "Do b." },
        { [_unhealthy, _healthy, _degraded], HealthStatus.Unhealthy, "Do c. Do b." },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task The_worst_reading_decides_and_each_problem_is_named(HealthReading[] readings, HealthStatus status, string description)
    {
        HealthReportEntry entry = await CheckAsync(builder => builder.AddTrustedApps(), new Source(() => readings));

        Assert.Equal((status, description), (entry.Status, entry.Description));
        Assert.Equal(readings.Select(reading => (reading.Name, reading.Value)), entry.Data.Select(data => (data.Key, data.Value)));
    }

    [Fact]
    public async Task The_failure_status_replaces_unhealthy_and_nothing_else()
    {
        HealthReportEntry failed = await CheckAsync(builder => builder.AddTrustedApps(failureStatus: HealthStatus.Degraded), new Source(() => [_unhealthy]));
        HealthReportEntry degraded = await CheckAsync(builder => builder.AddTrustedApps(failureStatus: HealthStatus.Unhealthy), new Source(() => [_degraded]));

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Degraded), (failed.Status, degraded.Status));
    }

    [Fact]
    public async Task A_part_in_use_twice_counts_once() =>
        Assert.Equal("Do b.", (await CheckAsync(builder => builder.AddTrustedApps(), new Source(() => [_degraded]), new Source(() => [_degraded]))).Description);

    [Fact]
    public async Task A_part_that_throws_is_named_without_its_message_and_hides_no_other()
    {
        HealthReportEntry entry = await CheckAsync(
            builder => builder.AddTrustedApps(), new Source(() => throw new InvalidOperationException("secret")), new Source(() => [_healthy]));

        Assert.Equal((HealthStatus.Degraded, "Source cannot report its state: InvalidOperationException. Report the fault to its author."), (entry.Status, entry.Description));
        Assert.Null(entry.Exception);
        Assert.Equal(["fault:Source", "a"], entry.Data.Keys);
    }

    [Fact]
    public async Task A_part_that_throws_in_the_middle_has_reported_what_it_said_before()
    {
        HealthReportEntry entry = await CheckAsync(builder => builder.AddTrustedApps(), new Source(ReadAndFail));

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Equal(["c", "fault:Source"], entry.Data.Keys);

        static IEnumerable<HealthReading> ReadAndFail()
        {
            yield return _unhealthy;
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task A_second_problem_of_one_name_counts_as_well()
    {
        HealthReading second = HealthReading.Unhealthy("b", 5, "Do more.");

        HealthReportEntry entry = await CheckAsync(builder => builder.AddTrustedApps(), new Source(() => [_degraded]), new Source(() => [second]));

        Assert.Equal((HealthStatus.Unhealthy, "Do b. Do more."), (entry.Status, entry.Description));
        Assert.Equal([("b", 2), ("b:2", 5)], entry.Data.Select(data => (data.Key, (int)data.Value)));
    }

    [Fact]
    public async Task A_host_without_anything_to_check_learns_so()
    {
        HealthReportEntry entry = await CheckAsync(builder => builder.AddTrustedApps());

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("There is nothing to check: the host has neither a trusted-application scheme nor a client.", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_tags_and_time_limit_are_those_of_the_caller()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddTrustedApps("peers", HealthStatus.Degraded, ["ready"], TimeSpan.FromSeconds(3));

        HealthCheckRegistration registration = Assert.Single(services.BuildServiceProvider().GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);

        Assert.Equal(("peers", HealthStatus.Degraded, TimeSpan.FromSeconds(3)), (registration.Name, registration.FailureStatus, registration.Timeout));
        Assert.Equal(["ready"], registration.Tags);
    }

    [Theory]
    [InlineData("", "x", "p")]
    [InlineData("n", null, "p")]
    [InlineData("n", "x", "")]
    public void A_reading_has_a_name_a_value_and_with_a_problem_a_sentence(string name, object? value, string problem) =>
        Assert.ThrowsAny<ArgumentException>(() => HealthReading.Degraded(name, value!, problem));

    private static async Task<HealthReportEntry> CheckAsync(Action<IHealthChecksBuilder> add, params IHealthSource[] sources)
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>));
        foreach (IHealthSource source in sources) services.AddSingleton(source);
        add(services.AddHealthChecks());
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        return Assert.Single(report.Entries).Value;
    }

    private sealed class Source(Func<IEnumerable<HealthReading>> read) : IHealthSource
    {
        public IEnumerable<HealthReading> ReadHealth() => read();
    }
}
