package arch

// tenantExceptions are the functions whose statements do not name the tenant,
// by package.Function, and why that is right.
func tenantExceptions() exceptions {
	const (
		leased  = "the worker serves all tenants; a job is named by its id and by a lease that only its run knows"
		queued  = "the mailer serves all tenants; a mail is named by an id of its own making"
		account = "results of writes belong to an account, which has persons in many organisations"
		built   = "the condition is built by statement.where, and begins with p.org_id"
	)
	return exceptions{
		"internal/feed.Since":      "the heads of the same audiences were read with the tenant just before; an audience is of one tenant",
		"internal/feed.withFields": "fields of entries that were read with the tenant",
		"internal/feed.Prune":      "deliveries of all tenants are pruned by age, an audience at a time",

		"internal/job.claim":    "the worker serves all tenants, and takes what is due first",
		"internal/job.Progress": leased,
		"internal/job.again":    leased,
		"internal/job.end":      leased,
		"internal/job.renew":    leased,

		"internal/mail.Failed": queued,
		"internal/mail.Forget": "captured mails of all tenants are compared with the queue; a mail is named by an id of its own making",
		"internal/mail.mark":   queued,

		"internal/mutation.find":  account,
		"internal/mutation.purge": "results of all accounts are forgotten by age",

		"internal/privacy/cases.forget":      "a request belongs to its human: what was written goes for all its controllers at once",
		"internal/privacy/cases.deleteCases": "a request belongs to its human: it goes with the cases of all its controllers",

		"internal/point/query.ByID":       built,
		"internal/point/query.Seen":       built,
		"internal/point/query.SheetsSeen": built,
		"internal/point/query.seenOf":     built,
	}
}
