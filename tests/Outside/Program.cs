// A provider as an application outside of this repository writes it, with public types only: a trust store, a replay
// cache and a sign-in scheme of its own. OutsideProgramTests compiles this file against the packages and runs it. It is
// in no project, so no InternalsVisibleTo reaches it.
using System;
using System.Collections.Concurrent;
using System.IO;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Certificates;
using TrustedApps.Replay;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddKeyedSingleton<ITrustStore>("TrustedApps", new FileTrusts(builder.Configuration["Certificate"]!));
builder.Services.AddSingleton<IReplayCache, SetOfReplayKeys>();
builder.Services.AddSingleton(UserResolvers.List(["fred"]));
builder.Services.AddAuthentication("site")
    .AddTrustedApps(options =>
    {
        options.Keys = builder.Configuration["Keys"];
        options.BaseUrls.Add(builder.Configuration["BaseUrl"]!);
    })
    .AddScheme<AuthenticationSchemeOptions, KeyHandler>("Key", null)
    .AddChain("site", chain => chain.Try("TrustedApps").Try("Key"));
builder.Services.AddAuthorization();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/rest/who", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.Run();

// One trust, from a certificate in a file.
internal sealed class FileTrusts(string path) : ITrustStore
{
    private TrustedApplication? _trust;

    public TrustedApplication? Find(string applicationId) => _trust?.Id == applicationId ? _trust : null;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        byte[] document = await File.ReadAllBytesAsync(path, cancellationToken);
        if (!ApplicationCertificate.TryRead(document, DateTimeOffset.UtcNow, out ApplicationCertificate? certificate, out string? problem))
        {
            throw new InvalidDataException(problem);
        }

        _trust = new TrustedApplication(
            CertificateRecord.Establish(certificate, baseUrl: null, DateTimeOffset.UtcNow),
            new TrustConditions { Addresses = ["127.0.0.1"], Urls = ["/rest"] });
    }
}

// Holds every replay key for ever, which an example may.
internal sealed class SetOfReplayKeys : IReplayCache
{
    private readonly ConcurrentDictionary<UInt128, UInt128> _keys = new();

    public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        bool isNew = true;
        for (int mark = 0; mark < record.Marks.Length; mark++)
        {
            isNew &= _keys.TryAdd(record.GetSharedKey(mark), record.Marks[mark].BoundTo);
        }

        return new(new ReplayResult(isNew ? ReplayStatus.First : ReplayStatus.Conflicting));
    }
}

// Authenticates the user whose name is in a header. A real scheme would check a secret.
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers["X-Key"] is not [{ } name]) return AuthenticateResult.NoResult();
        IUserResolver users = Context.RequestServices.GetUserResolver(Scheme.Name);
        UserResolution user = await users.ResolveAsync(name, Scheme.Name, Context.RequestAborted);
        if (user.Status != UserStatus.Known)
        {
            return AuthenticateResult.Fail(new RejectedException(RejectionCodes.UserUnknown, answersChallenge: false));
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user.Name!)], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
