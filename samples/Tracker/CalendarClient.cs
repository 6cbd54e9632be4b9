using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace Tracker;

/// <summary>
/// Asks the calendar that the section Calendar names, if there is one: the tracker is a consumer, too. The calendar sees
/// which application asked the tracker, and proves its responses.
/// </summary>
internal sealed class CalendarClient(HttpClient http)
{
    private const string Path = "rest/api/dates";

    public static void Add(WebApplicationBuilder builder)
    {
        IConfigurationSection calendar = builder.Configuration.GetSection("Calendar");
        if (calendar["BaseUrl"] is not { } baseUrl) return;

        builder.Services
            .AddHttpClient<CalendarClient>(client => client.BaseAddress = new Uri(baseUrl + "/"))
            .AddTrustedApp((options, services) =>
            {
                calendar.Bind(options);
                options.KeyStore = services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme);
                options.Scopes.Add("dates.read");
                options.RequireResponseProof = true;
                options.ThrowOnRejection = true;
            })
            .ForwardDelegation();
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<CalendarClient>() is null) return;
        app.MapGet($"/{Path}", (HttpContext context, CalendarClient client) => client.FindAsync(context.User.Identity!.Name!, context.RequestAborted))
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(Logins.Chain).RequireAuthenticatedUser())
            .DisableCookieRedirect();
    }

    private async Task<FoundDates?> FindAsync(string user, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Path).OnBehalfOf(user);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<FoundDates>(cancellationToken);
    }

    private sealed record FoundDates(IReadOnlyList<Date> Dates, string User, IReadOnlyList<string> AskedBy);

    private sealed record Date(string Day, string What);
}
