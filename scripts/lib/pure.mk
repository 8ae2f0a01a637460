# The pure parts, and the programs made of them alone: command-line tools, unit
# tests, fuzz targets.  Only the pure include paths are given, so that a pure
# file that includes anything of nginx does not compile.
#
#   make -f scripts/lib/pure.mk OUT=dir [CC=cc] [CFLAGS=...] TARGET
#
# TARGET is helper (of scripts/patron), tools (helper and those of t/tools),
# unit or fuzz.
#
# FUZZ_CFLAGS is added for fuzz targets, and FUZZ_MAIN, a source with a main(),
# where there is no libFuzzer.  Everything lands below OUT.

ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
OUT ?= $(ROOT)/build
CFLAGS ?= -O2 -g

ROOMS := base html feed identity rules redis

hiredis_libdir := $(shell pkg-config --variable=libdir hiredis 2>/dev/null)
hiredis := $(firstword $(wildcard $(hiredis_libdir)/libhiredis.a) \
    $(shell $(CC) -print-file-name=libhiredis.a))

includes := $(foreach r,$(ROOMS),-I$(ROOT)/ngx_module/$(r)) -I$(ROOT)/t/unit
warnings := -Wall -Wextra -Werror
libs := $(hiredis) -ljansson -lssl -lcrypto -lm

srcs := $(sort $(foreach r,$(ROOMS),$(wildcard $(ROOT)/ngx_module/$(r)/*.c)))
objs := $(patsubst $(ROOT)/ngx_module/%.c,$(OUT)/obj/%.o,$(srcs))
archive := $(OUT)/obj/libpatron.a

helper_srcs := $(wildcard $(ROOT)/scripts/helper/*.c)
helper_objs := $(patsubst $(ROOT)/scripts/%.c,$(OUT)/obj/%.o,$(helper_srcs))
helper := $(OUT)/patron-helper

tool_srcs := $(wildcard $(ROOT)/t/tools/*.c)
unit_srcs := $(wildcard $(ROOT)/t/unit/*.c)
fuzz_srcs := $(wildcard $(ROOT)/t/fuzz/*.c)

name = $(subst _,-,$(basename $(notdir $(1))))
tools := $(foreach s,$(tool_srcs),$(OUT)/$(call name,$(s)))
unit := $(patsubst $(ROOT)/t/unit/%.c,$(OUT)/unit/%.t,$(unit_srcs))
fuzz := $(patsubst $(ROOT)/t/fuzz/%.c,$(OUT)/fuzz/%,$(fuzz_srcs))

compile = $(CC) $(CFLAGS) $(EXTRA) $(warnings) $(includes) -MMD -MP


.PHONY: all helper tools unit fuzz objects
.SECONDARY:
.DELETE_ON_ERROR:

all: tools
helper: $(helper)
tools: $(helper) $(tools)
unit: $(unit)
fuzz: $(fuzz)
objects: $(objs) $(helper_objs) \
    $(patsubst $(ROOT)/t/%.c,$(OUT)/obj/t/%.o,$(tool_srcs) $(unit_srcs) \
        $(fuzz_srcs))

# Objects are made again when the compiler or its flags change.

flags := $(OUT)/obj/flags
stamp := $(CC) $(CFLAGS) $(FUZZ_CFLAGS) $(srcs)

ifneq ($(stamp),$(shell cat $(flags) 2>/dev/null))
$(shell mkdir -p $(OUT)/obj && printf '%s\n' '$(stamp)' > $(flags))
endif

$(OUT)/obj/%.o: $(ROOT)/ngx_module/%.c $(flags)
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(OUT)/obj/helper/%.o: $(ROOT)/scripts/helper/%.c $(flags)
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(OUT)/obj/t/%.o: $(ROOT)/t/%.c $(flags)
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(archive): $(objs)
	@rm -f $@
	$(AR) rcs $@ $^

$(helper): $(helper_objs) $(archive)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(libs)

define tool_rule
$(OUT)/$(call name,$(1)): $(OUT)/obj/t/tools/$(basename $(notdir $(1))).o \
    $(archive)
	$$(CC) $$(CFLAGS) -o $$@ $$^ $$(libs)
endef

$(foreach s,$(tool_srcs),$(eval $(call tool_rule,$(s))))

$(OUT)/unit/%.t: $(OUT)/obj/t/unit/%.o $(archive)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(libs)

$(OUT)/fuzz/%: EXTRA = $(FUZZ_CFLAGS)
$(OUT)/fuzz/%: $(OUT)/obj/t/fuzz/%.o $(archive)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FUZZ_CFLAGS) -o $@ $^ $(FUZZ_MAIN) $(libs)

-include $(objs:.o=.d) $(helper_objs:.o=.d) $(wildcard $(OUT)/obj/t/*/*.d)
