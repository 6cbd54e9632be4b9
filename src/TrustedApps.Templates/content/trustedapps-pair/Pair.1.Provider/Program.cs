using System.Security.Claims;
using Pair._1;
using Pair._1.Provider;
using TrustedApps;

var builder = WebApplication.CreateBuilder(args);
if (builder.Environment.IsDevelopment()) DevelopmentTrust.Establish(builder); // see the file

// Reads the section Authentication:Schemes:TrustedApps of the configuration: the key file, the application's own URLs,
// and the applications that it trusts.
builder.Services.AddAuthentication().AddTrustedApps();
builder.Services.AddAuthorization();
builder.Services.AddScoped<IUserResolver, Users>();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapTrustedAppCertificate(); // GET /.well-known/trusted-app: the id and the public keys, for others to trust
app.MapGet("/", () => "The API is at /api/issues, for trusted applications.");
app.MapGet("/api/issues", (ClaimsPrincipal user) => Issues.Of(user.Identity!.Name!)).RequireAuthorization();

app.Run();
