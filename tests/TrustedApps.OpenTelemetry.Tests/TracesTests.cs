using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace TrustedApps.OpenTelemetry.Tests;

/// <summary>How the spans join those of ASP.NET Core and HttpClient.</summary>
[Collection(nameof(Exchange))] // meters and sources are the process's own: one test at a time
public sealed class TracesTests : IDisposable
{
    private const string Source = "test";

    private static readonly ActivitySource _source = new(Source);

    private readonly Recorder _recorder = new();
    private readonly TracerProvider _provider;

    public TracesTests() => _provider = Sdk.CreateTracerProviderBuilder()
        .AddTrustedAppsInstrumentation()
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddSource(Source)
        .SetSampler(new AlwaysOnSampler())
        .AddProcessor(_recorder)
        .Build();

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task One_trace_goes_from_the_consumer_s_work_to_the_verification()
    {
        await using Exchange exchange = await Exchange.StartAsync();
        await exchange.AskAsync("fred"); // pins the provider, and brings the key grant

        IReadOnlyList<Activity> spans = await TraceAsync(() => exchange.AskAsync("fred"));

        Activity root = Assert.Single(spans, span => span.Source.Name == Source);
        Activity issue = Assert.Single(spans, span => span.OperationName == "TrustedApps.Issue");
        Activity client = Assert.Single(spans, span => span.Kind == ActivityKind.Client);
        Activity server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Activity verify = Assert.Single(spans, span => span.OperationName == "TrustedApps.Verify");
        Assert.Equal(5, spans.Count);
        Assert.Equal((root.SpanId, root.SpanId), (issue.ParentSpanId, client.ParentSpanId)); // it is issued before the request is sent
        Assert.Equal((client.SpanId, server.SpanId), (server.ParentSpanId, verify.ParentSpanId));
        Assert.Equal((ActivityKind.Internal, ActivityKind.Internal), (issue.Kind, verify.Kind));
        Assert.Equal(
            "trusted_apps.application.id=wiki trusted_apps.code=OK trusted_apps.outcome=accepted trusted_apps.version=4",
            string.Join(' ', verify.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)));
        Assert.Equal("trusted_apps.key_grant=named trusted_apps.version=4", string.Join(' ', issue.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_request_that_is_refused_as_it_should_be_is_no_error_of_the_provider()
    {
        await using Exchange exchange = await Exchange.StartAsync();

        IReadOnlyList<Activity> spans = await TraceAsync(() => exchange.AskAsync("eve", 401));

        Activity verify = Assert.Single(spans, span => span.OperationName == "TrustedApps.Verify");
        Assert.Equal((ActivityStatusCode.Unset, "user.unknown"), (verify.Status, verify.GetTagItem("trusted_apps.rejection.reason")));
    }

    [Fact]
    public async Task A_directory_of_users_that_does_not_answer_is_one()
    {
        await using Exchange exchange = await Exchange.StartAsync(services => services.AddSingleton<IUserResolver>(new SilentDirectory()));

        IReadOnlyList<Activity> spans = await TraceAsync(() => exchange.AskAsync("fred", 503));

        Assert.All(spans.Where(span => span.OperationName == "TrustedApps.Verify"), verify =>
            Assert.Equal((ActivityStatusCode.Error, "UNAVAILABLE"), (verify.Status, verify.GetTagItem("error.type"))));
        Assert.Contains(spans, span => span.Kind == ActivityKind.Server && span.Status == ActivityStatusCode.Error);
    }

    private async Task<IReadOnlyList<Activity>> TraceAsync(Func<Task> work)
    {
        ActivityTraceId trace;
        using (Activity root = _source.StartActivity("work")!)
        {
            trace = root.TraceId;
            await work();
        }

        Assert.True(_provider.ForceFlush());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Spans().Any(span => span.Kind == ActivityKind.Server)) await Task.Delay(10, deadline.Token); // it ends after its response
        return Spans();

        Activity[] Spans() => [.. _recorder.Ended.Where(span => span.TraceId == trace)];
    }

    /// <summary>Keeps spans that have ended, on whatever thread.</summary>
    private sealed class Recorder : BaseProcessor<Activity>
    {
        private readonly Lock _gate = new();
        private readonly List<Activity> _ended = [];

        public IReadOnlyList<Activity> Ended
        {
            get
            {
                lock (_gate) return [.. _ended];
            }
        }

        public override void OnEnd(Activity data)
        {
            lock (_gate) _ended.Add(data);
        }
    }

    private sealed class SilentDirectory : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(UserResolution.Unavailable);
    }
}
