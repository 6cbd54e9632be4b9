using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin.Api;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Tests.Api;

/// <summary>An application with a store and the management API behind a policy.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string Api = "/admin/trust/api";

    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private AdminHost(DirectoryInfo folder) => _folder = folder;

    public KestrelServer Server { get; private set; } = null!;

    public string Database => Path.Combine(_folder.FullName, "trust.db");

    public TrustAdministration Trusts => Server.Services.GetRequiredService<TrustAdministration>();

    public StoreReports Reports => Server.Services.GetRequiredService<StoreReports>();

    public static async Task<AdminHost> StartAsync(bool hasKeys = true, string pathBase = "")
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("admin-api-");
        var host = new AdminHost(folder);
        string keys = Path.Combine(folder.FullName, "keys.json");
        TestKeys.Tracker.Save(keys);
        host.Server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthorization(options => options.AddPolicy("administrators", policy => policy.RequireClaim("role", "admin")));
                builder.Services.AddAuthentication("Test")
                    .AddScheme<AuthenticationSchemeOptions, TestAuthentication>("Test", _ => { })
                    .AddTrustedApps(options =>
                    {
                        options.BaseUrls.Add(origin);
                        if (hasKeys) options.Keys = keys;
                    });
                builder.Services.AddTrustedAppsStore(options => options.Connection = host.Database);
                builder.Services.AddManagementApi();
                Func<IServiceCollection, string, IServiceCollection> addDocument = OpenApiServiceCollectionExtensions.AddOpenApi; // a call would be intercepted, for which this project is not set up
                addDocument(builder.Services, "host");
            },
            app =>
            {
                if (pathBase.Length > 0) app.UsePathBase(pathBase);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                app.UseEndpoints(_ => { });
                app.MapOpenApi("/host/{documentName}.json");
                ManagementApi.Map(app.MapGroup(Api).RequireAuthorization("administrators"));
            });
        return host;
    }

    public async Task<Answer> SendAsync(string method, string path, string? json = null, string? ifMatch = null, string? user = "ann;admin", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Server.Origin + path);
        if (user is not null) request.Headers.Add("X-User", user);
        if (json is not null) request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        else if (method != "GET") request.Headers.Add("X-Requested-With", "tests");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        change?.Invoke(request);
        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", Api + path);

    public Task<Answer> PostAsync(string path, string? json = null, string? ifMatch = null) => SendAsync("POST", Api + path, json, ifMatch);

    public Task<Answer> PutAsync(string path, string json, string? ifMatch) => SendAsync("PUT", Api + path, json, ifMatch);

    public Task<Answer> DeleteAsync(string path, string? ifMatch = null) => SendAsync("DELETE", Api + path, null, ifMatch);

    /// <summary>Sends a target as it stands.</summary>
    public Task<Answer> SendRawAsync(string method, string target, string? ifMatch = null)
    {
        List<KeyValuePair<string, string>> headers = [new("X-User", "ann;admin"), new("X-Requested-With", "tests")];
        if (ifMatch is not null) headers.Add(new("If-Match", ifMatch));
        return RawHttp.SendAsync(Server.EndPoint, RawHttp.Request($"{method} {target}", Server.EndPoint.ToString(), headers));
    }

    /// <summary>Puts an application of older versions into the store, as an administrator of the tool would.</summary>
    public Task<StoredTrust> AddLegacyAsync(string id) => Trusts.AddAsync(
        new TrustedApplication(id, TestKeys.Blog.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }), "setup", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
