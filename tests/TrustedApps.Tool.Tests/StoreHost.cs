using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests;

/// <summary>An application with a store, as the operations guide has it: own keys in the store, certificate served, clients of other applications.</summary>
internal static class StoreHost
{
    public static Task<KestrelServer> StartAsync(string id, string connection, string keyFolder, params string[] providers) => KestrelServer.StartAsync(
        (builder, origin) =>
        {
            builder.Services.AddAuthorization();
            builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
                .AddTrustedApps(options =>
                {
                    options.Id = id;
                    options.BaseUrls.Add(origin);
                });
            builder.Services.AddTrustedAppsStore(store => (store.Connection, store.KeyFolder) = (connection, keyFolder));
            foreach (string provider in providers)
            {
                builder.Services.AddHttpClient(provider).AddTrustedApp((options, services) =>
                {
                    options.BaseUrl = provider;
                    options.KeyStore = services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme);
                });
            }
        },
        app =>
        {
            app.UseRouting();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapTrustedAppCertificate();
            app.MapGet("/rest/api/who", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
        });
}
