package app

func publicsProve() []public {
	return []public{
		{"trust", nothing, "", 200, `"id":"ERA-1"`, nil, 0, ""},
	}
}
