using System.Diagnostics;
using System.Diagnostics.Metrics;
using TrustedApps.Diagnostics;
using TrustedApps.Protocols;

namespace TrustedApps.Client;

/// <summary>Metrics of the answers to a client's trusted requests.</summary>
/// <param name="baseUrl">The provider's base URL.</param>
internal sealed class ClientTelemetry(BaseUrl baseUrl)
{
    private static readonly Counter<long> _requests = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.client.requests", "{request}", "Trusted requests that a consumer sent and got a response to.");

    private readonly string _address = baseUrl.Uri.IdnHost;
    private readonly object _port = baseUrl.Uri.Port; // boxed once

    /// <summary>Counts a response: each attempt of a request has one.</summary>
    public void RecordAnswer(ProtocolVersion version, in ProviderAnswer answer, KeyGrantAnswer ofGrant)
    {
        if (!_requests.Enabled) return;
        string outcome = answer switch
        {
            { Error: not null } => ofGrant == KeyGrantAnswer.Needed ? "grant_needed" : "refused",
            { IsTaken: false } => "unproven",
            { IsConfirmed: true } => "accepted",
            _ => "unconfirmed",
        };
        string? code = answer.Error?.Code.ToWireName();
        TagList tags = new()
        {
            { TagNames.Outcome, outcome },
            { TagNames.Version, version.Name },
            { TagNames.ServerAddress, _address },
            { TagNames.ServerPort, _port },
        };
        if (code is not null) tags.Add(TagNames.Code, code);
        if (outcome is not ("accepted" or "grant_needed")) tags.Add(TagNames.ErrorType, code ?? outcome);
        _requests.Add(1, tags);
    }
}
