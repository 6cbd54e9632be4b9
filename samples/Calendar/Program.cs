using Calendar;
using Samples;

return await SampleHost.RunAsync(() => CalendarApplication.Create(args));
