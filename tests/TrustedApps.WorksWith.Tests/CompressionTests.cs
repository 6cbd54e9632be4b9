using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class CompressionTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("compression");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task Decompression_in_front_of_authentication_is_BAD_DIGEST()
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddRequestDecompression(), before: app => app.UseRequestDecompression());
        byte[] content = Compress("it broke");
        HttpRequestMessage request = tracker.Trusted("/echo", method: HttpMethod.Post, content: content);
        request.Content!.Headers.ContentEncoding.Add("gzip");
        Answer answer = await request.SendAsync();
        Assert.Equal((401, "BAD_DIGEST"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Where_proofs_are_required_the_primary_handler_must_not_decompress()
    {
        await using Page page = await Page.OpenAsync("compression");
        await page.StartProviderAsync();
        using HttpClient wiki = page.CreateClient(
            options => options.RequireResponseProof = true,
            builder => builder.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.GetAsync("/report", "fred"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_compressed_on_demand_is_proven_as_it_went_out(bool asksForIt)
    {
        await using Page page = await Page.OpenAsync("compression");
        await page.StartProviderAsync();
        using HttpClient wiki = page.CreateClient(options => options.RequireResponseProof = options.AllowUnprovenContent = true);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "/report").OnBehalfOf("fred");
        if (asksForIt) request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using HttpResponseMessage response = await wiki.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(asksForIt ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        await using Stream content = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(asksForIt ? new GZipStream(content, CompressionMode.Decompress) : content);
        Assert.EndsWith("a for fred", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
