// A provider for native AOT: the slim host, the scheme, users of its own, and one endpoint.
using System.Security.Claims;
using TrustedApps;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddAuthentication().AddTrustedApps();
builder.Services.AddAuthorization();
builder.Services.AddScoped<IUserResolver, Users>();

WebApplication app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapTrustedAppCertificate();
app.MapGet("/api/who", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.Run();

internal sealed class Users : IUserResolver
{
    public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
        new(name is "fred" ? UserResolution.Known("fred") : UserResolution.Unknown);
}
