using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>This application itself: its fingerprints for others, and the rotation of its keys.</summary>
internal sealed class OwnModel(AdminServices admin) : AdminPage(admin)
{
    public override string Title => "This application";

    public override string Place => "own";

    public ApplicationKeys? Keys => Admin.Keys?.Keys;

    public string Id => Keys?.Id ?? Admin.Scheme.Id ?? "";

    public string Name => Admin.Scheme.Name ?? Id;

    public IEnumerable<string> BaseUrls => Admin.Scheme.BaseUrls;

    public bool HasNext => KeysFor(KeyUse.Signature).Any(key => key.Status == KeyStatus.Next);

    /// <summary>Whether the keys that decrypt rotate by themselves.</summary>
    public bool RotatesByItself => KeysFor(KeyUse.Encryption).Any(key => key.DueAt is not null);

    public IEnumerable<ApplicationKey> KeysFor(KeyUse use) => (Keys?.Keys ?? []).Where(key => key.Use == use);

    public static string StatusOf(ApplicationKey key) => key switch
    {
        { Status: KeyStatus.Current, DueAt: { } at } => $"in use until {Display.Moment.Text(at)}",
        { Status: KeyStatus.Next, DueAt: { } at } => $"next: in the certificate, in use from {Display.Moment.Text(at)}",
        { Status: KeyStatus.Current } => "in use",
        { Status: KeyStatus.Next } => "next: in the certificate, not in use yet",
        { RetiredAt: { } at } => $"retired at {Display.Moment.Text(at)}",
        _ => "retired",
    };

    public Task<IActionResult> OnPostPublishAsync() =>
        ChangeAsync("keys.publish-next", "published", (keys, now) => keys.PublishNext(now));

    public Task<IActionResult> OnPostRotateAsync() =>
        ChangeAsync("keys.rotate", "rotated", (keys, now) => keys.Rotate(now));

    private async Task<IActionResult> ChangeAsync(
        string action,
        string notice,
        Func<ApplicationKeys, DateTimeOffset, ApplicationKeys> change
    )
    {
        if (Admin.Keys is not { } store)
        {
            Say(
                "This application has no keys of its own: name a key file in the scheme's option Keys, or a key folder in the store's options.",
                StatusCodes.Status409Conflict
            );
            return Page();
        }

        ApplicationKeys before = store.Keys;
        try
        {
            ApplicationKeys after = await store.ChangeAsync(
                keys =>
                {
                    before = keys;
                    return change(keys, Now);
                },
                Aborted);
            // the keys have changed, even if the browser does not wait
            await Store.Reports.RecordAsync(
                action,
                after.Id,
                Describe(before),
                Describe(after),
                Administrator,
                CancellationToken.None
            );
            return Done(notice, "/own");
        }
        catch (Exception problem) when (problem is InvalidOperationException && !Access.DatabaseFailure.Is(problem))
        {
            Say(problem.Message, StatusCodes.Status409Conflict);
        }
        catch (IOException problem)
        {
            Say(problem.Message, StatusCodes.Status503ServiceUnavailable);
        }

        return Page();
    }

    private static string Describe(ApplicationKeys keys)
    {
        var document = new JsonObject();
        foreach (ApplicationKey key in keys.Keys) document[key.PublicKey.Fingerprint] = $"{key.Use}, {key.Status}";
        return document.ToJsonString();
    }
}
