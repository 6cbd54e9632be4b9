// A consumer for native AOT: asks a provider in the name of a user, and has the response proven.
//   Consumer BASE-URL KEY-FILE PROVIDER-FINGERPRINT USER
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

var services = new ServiceCollection();
services.AddHttpClient("provider").AddTrustedApp(options =>
{
    options.BaseUrl = args[0];
    options.KeyFile = args[1];
    options.ProviderFingerprints.Add(args[2]);
    options.RequireResponseProof = true;
    options.ThrowOnRejection = true;
});

await using ServiceProvider provider = services.BuildServiceProvider();
using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("provider");
using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "api/who").OnBehalfOf(args[3]);
try
{
    using HttpResponseMessage response = await client.SendAsync(request);
    Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
}
catch (TrustedAppException rejected)
{
    Console.WriteLine($"rejected: {rejected.Error?.Code}");
}
catch (ResponseProofException)
{
    Console.WriteLine("no proof"); // the provider shares no key with an application that it does not trust
}
